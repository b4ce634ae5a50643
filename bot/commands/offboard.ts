import { z } from 'zod';
import { candidates } from '../cards/candidates.ts';
import { nameOf, openCase } from '../cases/cases.ts';
import { Refusal } from '../errors.ts';
import { findPeople } from '../people/findPeople.ts';
import { offboardPerson } from '../playbooks/offboardPerson.ts';
import { defineCommand, type Words } from './command.ts';

interface Wish {
  /** An address, a name or an object id. */
  person: string;
  urgent: boolean;
}

export const offboard = defineCommand<Wish>({
  name: 'offboard',
  does: 'Takes a person out of Microsoft 365. WHO is an address, a name or an @mention; “urgent” locks them out as soon as the plan is approved.',
  words: { usage: 'offboard WHO [urgent]', read },
  data: z.object({ person: z.string().max(300), urgent: z.union([z.boolean(), z.stringbool()]).default(false) }),

  async run(desk, who, { person, urgent }) {
    await desk.roles.require(who, ['helpdesk', 'admin'], 'offboard people');
    const { exact, people } = await findPeople(desk.runtime.graph, person);
    const [one] = people;
    if (one === undefined)
      throw new Refusal(
        'nobody',
        `Nobody is called “${person}”. Check the spelling, or write the full address, like “offboard jane@contoso.com”.`,
      );
    if (!exact) return { card: candidates(person, people, urgent) };
    const row = await openCase(desk, offboardPerson, { actor: who, origin: who.origin, subjectId: one.id, urgent });
    return {
      text: `${nameOf(desk, row)}: looking at what ${one.displayName} has. The plan comes in a moment; nothing is changed.`,
    };
  },
});

const longest = 200;

function read({ text, mentioned: [mentioned, another] }: Words): Wish {
  const urgent = /\burgent(ly)?\s*!*$/i.test(text);
  const words = text.replace(/\burgent(ly)?\s*!*$/i, '').trim();
  if (another !== undefined) throw new Refusal('several', 'One person at a time, please: mention only one.');
  if (mentioned !== undefined) return { person: mentioned, urgent };
  if (words === '') throw new Refusal('whom', 'Whom? Write an address or a name, like “offboard jane@contoso.com”.');
  const person = (/<\s*(?:mailto:)?([^<>\s]+@[^<>\s]+)\s*>/.exec(words)?.[1] ?? words).replace(/^mailto:/i, '');
  if (/[<>]/.test(person))
    throw new Refusal(
      'formatting',
      'Write the address or the name as plain text, without formatting, like “offboard jane@contoso.com”.',
    );
  if (person.length > longest)
    throw new Refusal(
      'too-long',
      'That is too long for a name or an address. Write just that, like “offboard jane@contoso.com”.',
    );
  return { person, urgent };
}
