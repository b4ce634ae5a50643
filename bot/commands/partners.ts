import pTimeout from 'p-timeout';
import { z } from 'zod';
import type { Card } from '../cards/card.ts';
import { partner } from '../cards/partner.ts';
import { partnerChoice, partnerList } from '../cards/partnerList.ts';
import type { CaseDesk } from '../cases/cases.ts';
import { type Clock, sleep } from '../clock.ts';
import { Refusal } from '../errors.ts';
import { findPartner } from '../partners/findPartner.ts';
import { type PartnerNotes, readPartnerNotes } from '../partners/notes.ts';
import type { Partner } from '../partners/partner.ts';
import type { PartnerLook, Seen } from '../partners/partnerLooks.ts';
import { changeSetting, type SettingName } from '../store/settings.ts';
import { askers, defineCommand, type Reply, staff, type Who } from './command.ts';

interface Wish {
  /** A name, a domain or a tenant id; empty for all. */
  who: string;
  from: number;
  /** The page that one was chosen from; −1 for none. */
  back: number;
  again: boolean;
  tapped: boolean;
}

/** Whoever asks waits no longer: what is not read by then comes later. */
const answerMs = 2500;
/** Between two edits of one card. */
const fillMs = 1000;
const page = z.coerce.number().int().min(-1).max(100_000);

export const partners = defineCommand<Wish>({
  name: 'partners',
  does: 'Shows which other organizations hold something here, and what: delegated administration, roles, guests, apps, licenses and more.',
  roles: staff,
  words: {
    usage: 'partners [NAME, DOMAIN or TENANT-ID]',
    example: 'partners',
    read({ text, mentioned }) {
      const again = /(?:^|\s)again$/i;
      const who = [...mentioned, text.replace(again, '').trim()].filter(Boolean).join(' ');
      if (who.length > 200) throw new Refusal('too-long', 'That is too long for a name. Write “partners contoso.com”.');
      return { who, from: 0, back: -1, again: again.test(text), tapped: false };
    },
  },
  data: z
    .object({
      key: z.string().max(300).default(''),
      from: page.default(0),
      back: page.default(-1),
      again: z.union([z.boolean(), z.stringbool()]).default(false),
    })
    .transform(({ key, from, back, again }) => ({ who: key, from: Math.max(0, from), back, again, tapped: true })),

  async run(desk, who, wish) {
    await desk.roles.require(who, staff, 'look at other organizations');
    const look = await lookInTime(desk, wish);
    const held = await desk.roles.of(who);
    const notes = await readPartnerNotes(desk.runtime.db);
    const draw = drawing(wish, desk.runtime.clock, {
      canRemove: askers.some((role) => held.has(role)),
      canDecide: held.has('admin'),
    });
    const card = draw(look.seen(notes));
    const later = look.isWhole ? {} : { later: filling(look, notes, draw) };
    return (wish.tapped ? { instead: card, ...later } : { card, ...later }) satisfies Reply;
  },
});

/** What is seen by the time at which somebody wants an answer. */
export async function lookInTime(
  { partners }: CaseDesk,
  { who, again }: Pick<Wish, 'who' | 'again'>,
): Promise<PartnerLook> {
  const look = await inTime(partners.current(again));
  await Promise.race([isFound(who) ? look.first : look.whole, sleep(answerMs)]);
  return look;
}

/** Of all, the first are told at once; whether one is among them takes everything to know. */
const isFound = (who: string): boolean => who === '';

async function inTime(look: Promise<PartnerLook>): Promise<PartnerLook> {
  return pTimeout(look, {
    milliseconds: answerMs,
    message: new Refusal('not-yet', 'Microsoft 365 does not answer at the moment. Try again in a minute.'),
  });
}

function drawing(
  { who, from, back }: Wish,
  clock: Clock,
  may: { canRemove: boolean; canDecide: boolean },
): (seen: Seen) => Card {
  return (seen) => {
    const now = clock.now();
    if (who === '') return partnerList(seen, from, now);
    const [one, another] = findPartner(seen, who);
    return one !== undefined && another === undefined
      ? partner(seen, one, { back, now, ...may })
      : partnerChoice(who, findPartner(seen, who), seen, now);
  };
}

/** The card again, whenever there is more on it; no faster than anybody reads. */
async function* filling(look: PartnerLook, notes: PartnerNotes, draw: (seen: Seen) => Card): AsyncGenerator<Card> {
  while (!look.isWhole) {
    await Promise.all([Promise.race([look.more(), look.whole]), sleep(fillMs)]);
    yield draw(look.seen(notes));
  }
}

/** The one whom somebody means. @throws Refusal when several could be meant, or nobody */
export function meantPartner(seen: Seen, who: string): Partner {
  const found = findPartner(seen, who);
  const [one, another] = found;
  if (one === undefined || another !== undefined)
    throw new Refusal(
      'several',
      `“${who.slice(0, 80)}” could be ${found.map(({ name, key }) => `${name} (${key})`).join(' or ')}. Write the domain or tenant id.`,
    );
  return one;
}

/** Puts down what an admin says of a partner, and that they did. */
export async function notePartner(
  { runtime: { db, clock, log } }: CaseDesk,
  who: Who,
  { name, value, words }: { name: SettingName; value: string | null; words: string },
): Promise<void> {
  const head = await changeSetting(db, name, value, { at: clock.now(), actor: who.id, words });
  // The end of the chain is kept where the database is not.
  log.info({ setting: name, ...head }, 'settings journal');
}
