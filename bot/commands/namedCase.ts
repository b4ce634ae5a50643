import { type CaseDesk, caseNumber } from '../cases/cases.ts';
import { Refusal } from '../errors.ts';
import { findPeople } from '../people/findPeople.ts';
import { type CaseRow, findCase, latestCaseOf } from '../store/cases.ts';
import type { Request } from './command.ts';

/** The case that a typed "OFF-42" or a person's latest case means. @throws Refusal when there is none */
export async function namedCase(desk: CaseDesk, { words, mentioned }: Request, example: string): Promise<CaseRow> {
  const { db, graph } = desk.runtime;
  const who = mentioned[0] ?? words.trim();
  if (who === '')
    throw new Refusal('which', `Which case? Write its number, like “${example} ${desk.playbook.prefix}-42”.`);
  if (who.length > 200)
    throw new Refusal(
      'too-long',
      `That is too long. Write the number of a case, like “${example} ${desk.playbook.prefix}-42”.`,
    );
  const number = caseNumber(desk, who);
  const row = number === null ? await latestOf(who) : await findCase(db, number);
  if (row === undefined) throw new Refusal('no-case', `There is no case “${who}”. Type “cases all” to see every case.`);
  return row;

  async function latestOf(person: string): Promise<CaseRow | undefined> {
    const { people } = await findPeople(graph, person);
    for (const { id } of people) {
      const latest = await latestCaseOf(db, id);
      if (latest !== undefined) return latest;
    }
    return undefined;
  }
}
