import { Refusal } from '../errors.ts';
import { isPrivateDomain } from '../partners/microsoft.ts';
import { noteNames, readPartnerNotes } from '../partners/notes.ts';
import { homeDomain } from '../partners/sight.ts';
import { findPeople } from '../people/findPeople.ts';
import { defineCommand } from './command.ts';
import { lookInTime, meantPartner, notePartner } from './partners.ts';

interface Wish {
  person: string;
  /** Null for nobody any more. */
  partner: string | null;
}

/** A private address tells no organization; whoever knows the person does. */
export const belongs = defineCommand<Wish>({
  name: 'belongs',
  does: 'Notes which partner somebody with a private address is of: they are shown there, and leave with it. “to nobody” undoes it.',
  roles: ['admin'],
  words: {
    usage: 'belongs ADDRESS to PARTNER | nobody',
    example: 'belongs sue@mail.example to relecloud',
    mostPeople: 1,
    read({ text, mentioned }) {
      const [, person, partner] = /^(.*?)\s*\bto\s+(.+)$/is.exec(text.trim()) ?? [];
      const who = mentioned[0] ?? person ?? '';
      if (who === '' || partner === undefined)
        throw new Refusal('whom', 'Who, and to which partner? Write it like “belongs sue@mail.example to relecloud”.');
      return { person: who, partner: partner.toLowerCase() === 'nobody' ? null : partner };
    },
  },

  async run(desk, who, wish) {
    await desk.roles.require(who, ['admin'], 'say whose people are', 'fresh');
    const { exact, people } = await findPeople(desk.runtime.graph, wish.person);
    const [person] = people;
    if (!exact || person === undefined)
      throw new Refusal(
        'nobody',
        `It is not clear whom “${wish.person.slice(0, 80)}” means. Write the whole address of an account here.`,
      );
    const domain = homeDomain(person);
    if (domain === null || !isPrivateDomain(domain))
      throw new Refusal(
        'nobody',
        `${person.displayName} has no private address: whose they are is told by ${domain ?? 'their own account'}.`,
      );
    const notes = await readPartnerNotes(desk.runtime.db);
    const one =
      wish.partner === null
        ? null
        : meantPartner((await lookInTime(desk, { who: wish.partner, again: false })).seen(notes), wish.partner);
    await notePartner(desk, who, {
      name: `${noteNames.people}${person.id}`,
      value: one?.key ?? null,
      words: `${who.name} said that ${person.displayName} is ${one === null ? 'of no partner' : `of ${one.name}`}.`,
    });
    return {
      text:
        one === null
          ? `${person.displayName} is of no partner any more.`
          : `${person.displayName} is of ${one.name} from now on: shown there, and removed with it.`,
    };
  },
});
