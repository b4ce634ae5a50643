import type { Actor } from '../cases/actor.ts';
import { casesCalled, isCalled } from '../cases/caseLists.ts';
import { type CaseDesk, caseNumber, nameOf } from '../cases/cases.ts';
import { type Case, caseOf, findCase } from '../engine/readCase.ts';
import { isAboutThem, playbookOf, subjectOf } from '../engine/runtime.ts';
import { Refusal } from '../errors.ts';
import { findPeople } from '../people/findPeople.ts';
import { notOurs, type Words } from './command.ts';

/** A case as somebody names it: by what they typed, or by a button's number. */
export type Named = { words: Words; example: string; onlyShows?: true } | { id: number };

/** @throws Refusal when there is none, or several could be meant. For its own subject a case does not exist. */
export async function findNamedCase(desk: CaseDesk, actor: Actor, named: Named): Promise<Case> {
  if ('id' in named) {
    const row = await findCase(desk.runtime.db, named.id);
    if (row === undefined || isAboutThem(desk.runtime, row, actor.id)) throw notOurs();
    return row;
  }
  const { words, example, onlyShows = false } = named;
  const [who = '', another] = [...words.mentioned, words.text.trim()].filter(Boolean);
  const likeThis = `like “${example} ${desk.runtime.playbooks[0]?.prefix}-42”.`;
  if (who === '') throw new Refusal('which', `Which case? Write its number, ${likeThis}`);
  if (another !== undefined)
    throw new Refusal('several', `One case at a time, please: write its number alone, ${likeThis}`);
  if (who.length > 200) throw new Refusal('too-long', `That is too long. Write the number of a case, ${likeThis}`);
  const number = caseNumber(desk, who);
  const row = number === null ? await ofPerson(desk, actor, who, example, onlyShows) : await numbered(desk, number);
  if (row === undefined || isAboutThem(desk.runtime, row, actor.id))
    throw new Refusal('no-case', `There is no case “${who}”. Type “cases all” to see every case.`);
  return row;
}

async function numbered(desk: CaseDesk, { id, prefix }: { id: number; prefix: string | null }) {
  const row = await findCase(desk.runtime.db, id);
  const isIt = prefix === null || (row !== undefined && playbookOf(desk.runtime, row).prefix === prefix);
  return isIt ? row : undefined;
}

/** @throws Refusal when the words name nobody for certain: nothing is changed on a guess, though it may be shown */
async function ofPerson(
  desk: CaseDesk,
  actor: Actor,
  who: string,
  example: string,
  onlyShows: boolean,
): Promise<Case | undefined> {
  const { runtime } = desk;
  const { exact, people } = await findPeople(runtime.graph, who);
  const others = people.filter(({ id }) => id !== actor.id);
  const ofPeople = (await Promise.all(others.map(({ id }) => caseOf(runtime.db, id)))).filter(
    (row) => row !== undefined,
  );
  const called = exact ? [] : await casesCalled(desk, who);
  const all = [...called, ...ofPeople.filter(({ id }) => called.every((one) => one.id !== id))].filter(
    (row) => !isAboutThem(runtime, row, actor.id),
  );
  const open = all.filter(({ openSubjectId }) => openSubjectId !== null);
  // What only shows a case shows a closed one as well; nothing else can be done about it.
  const rows = onlyShows || open.length === 0 ? all : open;
  // By its whole name, which nobody else has: whatever is no person, or nobody any more.
  const isCalledSo =
    new Set([
      ...called.map(({ subjectId }) => subjectId),
      ...others.filter((one) => isCalled(one, who)).map(({ id }) => id),
    ]).size === 1 && called.length > 0;
  if (exact || isCalledSo || rows.length === 0 || (onlyShows && people.length === 1 && !who.includes('@')))
    return rows[0];
  const ways = rows.map((row) => {
    const { unmistakable } = playbookOf(runtime, row).subject.about(subjectOf(runtime, row));
    return `“${example} ${nameOf(desk, row)}” for ${unmistakable}`;
  });
  const words = `It is not clear whom “${who}” means, so nothing was done. Type ${ways.join(', or ')}.`;
  throw new Refusal('which', words, { forAskerAlone: true });
}
