import { z } from 'zod';
import { answer } from '../cards/answer.ts';
import { candidates } from '../cards/candidates.ts';
import { earlier } from '../cards/earlier.ts';
import type { CaseDesk } from '../cases/cases.ts';
import { nameOf, openCase } from '../cases/cases.ts';
import { earlierCase } from '../cases/earlier.ts';
import { Refusal } from '../errors.ts';
import { type Candidate, findPeople } from '../people/findPeople.ts';
import { offboardPerson } from '../playbooks/offboardPerson.ts';
import { askers, defineCommand, type Reply, type Who } from './command.ts';
import { askForEach, mostAtOnce, nobodyIs } from './openCases.ts';
import { readWhom, type Whom } from './whom.ts';

/** `chosen` by a button: the card that it stood on is used up then. */
type Wish = Whom & { chosen: boolean };

const flag = z.union([z.boolean(), z.stringbool()]).default(false);

export const offboard = defineCommand<Wish>({
  name: 'offboard',
  does: 'Takes a person out of Microsoft 365. WHO is an address, a name or an @mention; “urgent” locks them out as soon as the plan is approved.',
  roles: askers,
  words: {
    usage: 'offboard WHO [urgent]',
    example: 'offboard jane@contoso.com',
    mostPeople: mostAtOnce,
    read: (words) => ({ ...readWhom(words), chosen: false }),
  },
  data: z
    .object({ person: z.string().max(300), urgent: flag, again: flag })
    .transform(({ person, ...how }) => ({ people: [person], whole: null, when: null, chosen: true, ...how })),

  async run(desk, who, wish) {
    await desk.roles.require(who, askers, 'offboard people');
    const { people, whole, when } = wish;
    const { graph } = desk.runtime;
    // A name may have a comma, an “and” or a weekday in it.
    const named = whole === null ? null : await findPeople(graph, whole);
    if (named?.exact) return begin(desk, who, wish, named.people);
    if (when !== null) throw notYet(when, people);
    const [person = '', another] = people;
    if (another !== undefined) return askForEach(desk, who, people, wish.urgent);
    const { exact, people: found } = await findPeople(graph, person);
    if (found.length === 0) throw nobodyIs(person);
    if (!exact) return { card: candidates(person, found, wish) };
    return begin(desk, who, wish, found);
  },
});

/** Opens a case, unless there is one to be told of first. */
async function begin(desk: CaseDesk, who: Who, wish: Wish, [one]: readonly Candidate[]): Promise<Reply> {
  if (one === undefined) throw new Error('nobody was found');
  const { urgent, chosen } = wish;
  // Of their own case nobody is told, not even that there is one.
  const before = one.id === who.id ? null : await earlierCase(desk.runtime, one.id);
  if (before !== null && (before.isOpen || !wish.again)) {
    const card = earlier(before, {
      title: 'Offboard again',
      verb: 'offboard',
      data: { person: one.id, urgent, again: true },
    });
    return chosen ? { instead: card } : { card };
  }
  const row = await openCase(desk, offboardPerson, { actor: who, origin: who.origin, subjectId: one.id, urgent });
  const text = `${nameOf(desk, row)}: looking at what ${one.displayName} has. The plan comes in a moment; nothing is changed.`;
  return chosen ? { instead: answer(`Offboard ${one.displayName}`, [text]) } : { text };
}

function notYet(when: string, people: readonly string[]): Refusal {
  const isTyped = people.length > 0 && people.every((one) => !/^[0-9a-f-]{36}$|^\d+:/i.test(one));
  const now = isTyped ? `type “offboard ${people.join(' and ')}”` : 'write the same without the date';
  return new Refusal(
    'not-yet',
    `Signoff can’t schedule yet, so nothing was done about “${when}”. To ask for it now, ${now}: nothing is changed before an approver agrees.`,
  );
}
