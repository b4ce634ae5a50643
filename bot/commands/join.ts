import { Refusal } from '../errors.ts';
import { noteNames, readPartnerNotes } from '../partners/notes.ts';
import { defineCommand } from './command.ts';
import { lookInTime, meantPartner, notePartner } from './partners.ts';

interface Wish {
  one: string;
  /** Null for nobody any more. */
  main: string | null;
}

/** A distributor and the reseller behind it are two tenants and one partner, which no directory tells. */
export const join = defineCommand<Wish>({
  name: 'join',
  does: 'Notes that two tenants are one partner, like a reseller and its distributor: “partners” shows them together. “with nobody” undoes it.',
  roles: ['admin'],
  words: {
    usage: 'join PARTNER with PARTNER | nobody',
    example: 'join northwind with relecloud',
    read({ text }) {
      const [, one, main] = /^(.+?)\s+with\s+(.+)$/is.exec(text.trim()) ?? [];
      if (one === undefined || main === undefined)
        throw new Refusal(
          'which',
          'Which ones? Write it like “join northwind with relecloud”, or “join northwind with nobody”.',
        );
      return { one, main: main.toLowerCase() === 'nobody' ? null : main };
    },
  },

  async run(desk, who, wish) {
    await desk.roles.require(who, ['admin'], 'say which tenants are one partner', 'fresh');
    const notes = await readPartnerNotes(desk.runtime.db);
    const seen = (await lookInTime(desk, { who: wish.one, again: false })).seen(notes);
    const one = meantPartner(seen, wish.one);
    const main = wish.main === null ? null : meantPartner(seen, wish.main);
    if (main !== null && (main.key === one.key || notes.joined.has(main.key)))
      throw new Refusal(
        'which',
        `${main.name} can’t be the one that others are joined with: it is joined itself, or the same.`,
      );
    if (main !== null && [...notes.joined.values()].includes(one.key))
      throw new Refusal('which', `Others are joined with ${one.name}. Write it the other way round.`);
    await notePartner(desk, who, {
      name: `${noteNames.joined}${one.key}`,
      value: main?.key ?? null,
      words:
        main === null
          ? `${who.name} let ${one.name} stand alone.`
          : `${who.name} joined ${one.name} with ${main.name}.`,
    });
    return {
      text:
        main === null
          ? `${one.name} stands alone again.`
          : `${one.name} is shown with ${main.name} from now on. To remove them, remove each: each has something of its own. “join ${wish.one} with nobody” undoes it.`,
    };
  },
});
