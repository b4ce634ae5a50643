import { z } from 'zod';
import { candidates } from '../cards/candidates.ts';
import { nameOf, openCase } from '../cases/cases.ts';
import { Refusal } from '../errors.ts';
import { findPeople } from '../people/findPeople.ts';
import { defineCommand, inputs, type Request } from './command.ts';

const chosen = z.object({ person: z.string().max(300), urgent: z.union([z.boolean(), z.stringbool()]).default(false) });

export const offboard = defineCommand({
  name: 'offboard',
  usage: 'offboard WHO [urgent]',
  does: 'Takes a person out of Microsoft 365. WHO is an address, a name or an @mention; “urgent” locks them out as soon as the plan is approved.',

  async run(desk, request) {
    await desk.roles.require(request.actor, ['helpdesk', 'admin'], 'offboard people');
    const { who, urgent } = read(request);
    const { exact, people } = await findPeople(desk.runtime.graph, who);
    const [one] = people;
    if (one === undefined)
      throw new Refusal(
        'nobody',
        `Nobody is called “${who}”. Check the spelling, or write the full address, like “offboard jane@contoso.com”.`,
      );
    if (!exact) return { card: candidates(who, people, urgent) };
    const row = await openCase(desk, { actor: request.actor, origin: request.origin, subjectId: one.id, urgent });
    return {
      text: `${nameOf(desk, row)}: looking at what ${one.displayName} has. The plan comes in a moment; nothing is changed.`,
    };
  },
});

const longest = 200;

function read(request: Request): { who: string; urgent: boolean } {
  if (request.tapped !== null) {
    const { person, urgent } = inputs(request, chosen);
    return { who: person, urgent };
  }
  const urgent = /\burgent(ly)?\s*!*$/i.test(request.words);
  const words = request.words.replace(/\burgent(ly)?\s*!*$/i, '').trim();
  if (request.mentioned.length > 1) throw new Refusal('several', 'One person at a time, please: mention only one.');
  const [mentioned] = request.mentioned;
  if (mentioned !== undefined) return { who: mentioned, urgent };
  if (words === '') throw new Refusal('whom', 'Whom? Write an address or a name, like “offboard jane@contoso.com”.');
  const who = (/<\s*(?:mailto:)?([^<>\s]+@[^<>\s]+)\s*>/.exec(words)?.[1] ?? words).replace(/^mailto:/i, '');
  if (/[<>]/.test(who))
    throw new Refusal(
      'formatting',
      'Write the address or the name as plain text, without formatting, like “offboard jane@contoso.com”.',
    );
  if (who.length > longest)
    throw new Refusal(
      'too-long',
      'That is too long for a name or an address. Write just that, like “offboard jane@contoso.com”.',
    );
  return { who, urgent };
}
