import type { Actor } from '../cases/actor.ts';
import { type CaseDesk, caseNumber } from '../cases/cases.ts';
import { type Case, findCase, latestCaseOf } from '../engine/readCase.ts';
import { Refusal } from '../errors.ts';
import { findPeople } from '../people/findPeople.ts';
import { notOurs, type Words } from './command.ts';

/** A case as somebody names it: by what they typed, or by a button's number. */
export type Named = { words: Words; example: string } | { id: number };

/** @throws Refusal when there is none. For its own subject a case does not exist. */
export async function findNamedCase(desk: CaseDesk, actor: Actor, named: Named): Promise<Case> {
  if ('id' in named) {
    const row = await findCase(desk.runtime.db, named.id);
    if (row === undefined || row.subjectId === actor.id) throw notOurs();
    return row;
  }
  const { words, example } = named;
  const who = words.mentioned[0] ?? words.text.trim();
  const likeThis = `like “${example} ${desk.runtime.playbooks[0]?.prefix}-42”.`;
  if (who === '') throw new Refusal('which', `Which case? Write its number, ${likeThis}`);
  if (who.length > 200) throw new Refusal('too-long', `That is too long. Write the number of a case, ${likeThis}`);
  const number = caseNumber(desk, who);
  const row = number === null ? await latestOf(desk, who) : await numbered(desk, number);
  if (row === undefined || row.subjectId === actor.id)
    throw new Refusal('no-case', `There is no case “${who}”. Type “cases all” to see every case.`);
  return row;
}

async function numbered(desk: CaseDesk, { id, playbook }: { id: number; playbook: string | null }) {
  const row = await findCase(desk.runtime.db, id);
  return playbook === null || row?.playbook === playbook ? row : undefined;
}

async function latestOf({ runtime }: CaseDesk, person: string): Promise<Case | undefined> {
  const { people } = await findPeople(runtime.graph, person);
  for (const { id } of people) {
    const latest = await latestCaseOf(runtime.db, id);
    if (latest !== undefined) return latest;
  }
  return undefined;
}
