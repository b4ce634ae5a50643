import { z } from 'zod';
import { partner } from '../cards/partner.ts';
import { dayInWords } from '../clock.ts';
import { Refusal } from '../errors.ts';
import { type Keeping, noteNames, readPartnerNotes } from '../partners/notes.ts';
import { askers, defineCommand, visible } from './command.ts';
import { lookInTime, meantPartner, notePartner } from './partners.ts';

interface Wish {
  who: string;
  until: string;
  why: string;
  tapped: boolean;
}

const like = 'Write it like “keep relecloud until 2027-03-31 because they run our network”.';

/** Whoever has something here is looked at again when the day comes that somebody has named. */
export const keep = defineCommand<Wish>({
  name: 'keep',
  does: 'Notes that a partner stays until a day, and why; “partners” says whose day is over.',
  roles: ['admin'],
  words: {
    usage: 'keep PARTNER until YYYY-MM-DD because WHY',
    example: 'keep relecloud until 2027-03-31 because they run our network',
    read({ text }) {
      const [, who, until, why] = /^(.+?)\s+until\s+(\S+)\s+because\s+(.+)$/is.exec(text.trim()) ?? [];
      if (who === undefined || until === undefined || why === undefined) throw new Refusal('which', like);
      return { who, until, why: visible(why), tapped: false };
    },
  },
  data: z
    .object({
      key: z.string().min(1).max(300),
      until: z.string().max(40).default(''),
      why: z.string().transform(visible).default(''),
    })
    .transform(({ key, ...how }) => ({ who: key, ...how, tapped: true })),

  async run(desk, who, wish) {
    await desk.roles.require(who, ['admin'], 'decide about partners', 'fresh');
    const now = desk.runtime.clock.now();
    const { until, why } = wish;
    if (!z.iso.date().safeParse(until).success)
      throw new Refusal('inputs', `“${until.slice(0, 40)}” is not a day. ${like}`);
    if (until <= now.toISOString().slice(0, 10))
      throw new Refusal('inputs', 'That day is over, or today. Name a later one.');
    if (why === '') throw new Refusal('no-reason', 'Write why it is kept: whoever looks at it next reads that.');
    if (why.length > 300) throw new Refusal('inputs', 'The reason can have 300 characters at most.');
    const look = await lookInTime(desk, { who: wish.who, again: false });
    const one = meantPartner(look.seen(await readPartnerNotes(desk.runtime.db)), wish.who);
    const kept: Keeping = { until, why, by: who.name };
    const day = dayInWords(new Date(until));
    await notePartner(desk, who, {
      name: `${noteNames.kept}${one.key}`,
      value: JSON.stringify(kept),
      words: `${who.name} keeps ${one.name} until ${day}: “${why}”.`,
    });
    if (!wish.tapped) return { text: `${one.name} is kept until ${day}. “partners” says when that day is over.` };
    const held = await desk.roles.of(who);
    const canRemove = askers.some((role) => held.has(role));
    const seen = look.seen(await readPartnerNotes(desk.runtime.db));
    return { instead: partner(seen, one, { back: -1, now, canRemove, canDecide: true }) };
  },
});
