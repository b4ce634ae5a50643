import { z } from 'zod';
import { answer } from '../cards/answer.ts';
import { several } from '../cards/several.ts';
import { type CaseDesk, nameOf, openCase } from '../cases/cases.ts';
import { earlierCase } from '../cases/earlier.ts';
import { Refusal, sayOf } from '../errors.ts';
import { type Candidate, findPeople } from '../people/findPeople.ts';
import { offboardPerson } from '../playbooks/offboardPerson.ts';
import { askers, defineCommand, type Reply, type Who } from './command.ts';

/** How many people can be asked for in one sentence. */
export const mostAtOnce = 10;

/** Opens a case for each of several people, once somebody has seen who they are. */
export const openCases = defineCommand({
  name: 'openCases',
  does: 'Opens a case for each person on the card.',
  data: z.object({
    people: z.array(z.guid()).min(1).max(mostAtOnce),
    urgent: z.union([z.boolean(), z.stringbool()]).default(false),
  }),

  async run(desk, who, { people, urgent }) {
    await desk.roles.require(who, askers, 'offboard people');
    const outcomes = await Promise.all([...new Set(people)].map((id) => openOne(desk, who, id, urgent)));
    const opened = outcomes.filter(({ isOpen }) => isOpen).length;
    const heading = opened === 0 ? 'No case was opened' : `${opened} ${opened === 1 ? 'case is' : 'cases are'} open`;
    const next = opened === 0 ? [] : ['The plans come one after the other; nothing is changed.'];
    return { instead: answer(heading, [...outcomes.map(({ says }) => says), ...next]) };
  },
});

/** One that can’t be opened says why, and keeps none of the others from being opened. */
async function openOne(desk: CaseDesk, who: Who, id: string, urgent: boolean) {
  let name = 'Somebody';
  try {
    const { people } = await findPeople(desk.runtime.graph, id);
    const [one] = people;
    if (one === undefined) throw new Refusal('gone', 'This account is no longer in the directory.');
    name = one.displayName;
    const row = await openCase(desk, offboardPerson, { actor: who, origin: who.origin, subjectId: one.id, urgent });
    return { isOpen: true, says: `${nameOf(desk, row)}: ${name}` };
  } catch (error) {
    if (!(error instanceof Refusal)) desk.runtime.log.error({ error }, 'one of several cases was not opened');
    return { isOpen: false, says: `Not opened, ${name}: ${sayOf(error)}` };
  }
}

/** Shows whom several names mean, and who is left out. */
export async function askForEach(desk: CaseDesk, who: Who, names: readonly string[], urgent: boolean): Promise<Reply> {
  if (names.length > mostAtOnce)
    throw new Refusal(
      'several',
      `That is more than ${mostAtOnce} people, so nothing was done. Ask for ${mostAtOnce} at most in one sentence.`,
    );
  const looked = await Promise.all(names.map((name) => lookUp(desk, who, name)));
  const found = new Map(looked.flatMap(({ one }) => (one === null ? [] : [[one.id, one] as const])));
  const leftOut = looked.flatMap(({ name, why }) => (why === null ? [] : [{ name, why }]));
  return { card: several([...found.values()], leftOut, urgent) };
}

interface LookedUp {
  name: string;
  one: Candidate | null;
  /** Why they are left out. */
  why: string | null;
}

async function lookUp(desk: CaseDesk, who: Who, name: string): Promise<LookedUp> {
  const { exact, people } = await findPeople(desk.runtime.graph, name);
  const [one] = people;
  if (one === undefined) return { name, one: null, why: nobodyIs(name).say };
  if (!exact) {
    const meant = people
      .slice(0, 3)
      .map(({ displayName, userPrincipalName }) => `${displayName} (${userPrincipalName})`);
    const more = people.length > meant.length ? ' or somebody else' : '';
    return { name, one: null, why: `Do you mean ${meant.join(' or ')}${more}? Ask again with the full address.` };
  }
  const before = one.id === who.id ? null : await earlierCase(desk.runtime, one.id);
  if (before === null) return { name, one, why: null };
  const why = before.isOpen
    ? `Already in ${before.view.name}, asked for by ${before.view.row.requesterName}.`
    : `${before.view.name} is about them already. Ask for them alone to see what came of it.`;
  return { name: one.displayName, one: null, why };
}

export const nobodyIs = (name: string): Refusal =>
  new Refusal(
    'nobody',
    `Nobody is called “${name}”. Check the spelling, or write the full address, like “offboard jane@contoso.com”.`,
  );
