import { z } from 'zod';
import { inWords } from '../clock.ts';
import { decisionOn } from '../partners/notes.ts';
import { isOnlyPublisher, type Partner } from '../partners/partner.ts';
import type { Seen } from '../partners/partnerLooks.ts';
import { decisionWords, hintsOf, holds, kindOf } from '../partners/words.ts';
import { type Card, defineCard } from './card.ts';
import { shorten } from './stepLines.ts';
import { count, listed, plain, shown } from './text.ts';

export const partnerListCard = defineCard(
  'partnerList',
  z.object({
    heading: shown,
    line: shown,
    due: shown,
    partners: z.array(
      z.object({
        key: plain,
        back: z.number(),
        name: shown,
        kind: shown,
        holds: shown,
        hint: shown,
        decision: shown,
        button: plain,
      }),
    ),
    others: shown,
    notes: z.array(shown),
    earlier: z.number(),
    later: z.number(),
    canLookAgain: z.boolean(),
  }),
);

/** What fits on a screen. */
const mostPartners = 6;
const longestLine = 200;
const longestName = 120;
const longestNames = 500;

/** A page of the organizations that hold something here, who can do most first. @param now for what is unused by then */
export function partnerList(seen: Seen, from: number, now: Date): Card {
  const [main, publishers] = parted(seen.partners);
  const start = from < main.length ? from : 0;
  const isLast = start + mostPartners >= main.length;
  const data = {
    heading: `Other organizations (${main.length}${publishers.length > 0 ? `, and ${publishers.length} that only publish apps` : ''})`,
    due: dueWords(seen, now),
    line: ageOf(
      seen,
      main.length > mostPartners ? `${start + 1}–${Math.min(start + mostPartners, main.length)} of ${main.length}` : '',
    ),
    partners: main.slice(start, start + mostPartners).map((one) => rowOf(one, start, seen, now)),
    others: isLast ? othersIn(publishers) : '',
    notes: [...notesOf(seen), ...leftOutIn(seen)],
    earlier: start > 0 ? Math.max(0, start - mostPartners) : -1,
    later: isLast ? -1 : start + mostPartners,
    canLookAgain: seen.reading.length === 0,
  };
  const first = main.slice(0, 3).map(({ name }) => name);
  return partnerListCard.render(data, [data.heading, first.length > 0 ? listed(first) : 'Nobody'].join(': '));
}

/** Several could be meant: a person chooses. */
export function partnerChoice(who: string, partners: readonly Partner[], seen: Seen, now: Date): Card {
  const question = `Which one do you mean by “${who}”?`;
  const more =
    partners.length > mostPartners ? ['There are more. If none of these is meant, write its domain or tenant id.'] : [];
  const data = {
    heading: question,
    line: '',
    due: '',
    partners: partners.slice(0, mostPartners).map((one) => rowOf(one, -1, seen, now)),
    others: '',
    notes: more,
    earlier: -1,
    later: -1,
    canLookAgain: false,
  };
  return partnerListCard.render(data, question);
}

const rowOf = (one: Partner, back: number, { notes }: Seen, now: Date) => ({
  key: one.key,
  back,
  name: shorten(one.name, longestName),
  kind: [
    one.domains[0] === one.name ? '' : (one.domains[0] ?? ''),
    kindOf(one),
    one.joined.length === 0 ? '' : `with ${listed(one.joined.map(({ name }) => name))}`,
  ]
    .filter(Boolean)
    .join(' · '),
  holds: shorten(holds(one), longestLine),
  hint: shorten(hintsOf(one, now)[0] ?? '', longestLine),
  decision: shorten(decisionWords(one, notes, now) ?? '', longestLine),
  button: `Show ${one.name}`,
});

/** Nobody should have to look for it: how many are kept on a decision that is over. */
function dueWords({ partners, notes }: Seen, now: Date): string {
  const due = partners.filter(({ key }) => decisionOn(key, notes, now) === 'due').map(({ name }) => name);
  return due.length === 0 ? '' : shorten(`To be decided anew: ${listed(due)}.`, longestNames);
}

/** Whoever does no more than publish an app that people use is told in one line. */
const parted = (partners: readonly Partner[]): [Partner[], Partner[]] => [
  partners.filter((one) => !isOnlyPublisher(one)),
  partners.filter(isOnlyPublisher),
];

const othersIn = (publishers: readonly Partner[]): string =>
  publishers.length === 0
    ? ''
    : shorten(
        `Nothing but apps that people of yours may use: ${listed(publishers.map(({ name }) => name))}. Type “partners” and a name to see one.`,
        longestNames,
      );

export const ageOf = ({ at }: Seen, page: string): string =>
  [`Looked at on ${inWords(at)}`, page].filter(Boolean).join(' · ');

/** What is not there yet, and what may not be seen. */
export const notesOf = ({ reading, unseen }: Seen): string[] =>
  [
    reading.length > 0 ? `Still looking at ${listed(reading)}. This card fills in by itself.` : '',
    ...[...Map.groupBy(unseen, ({ why }) => why)].map(([why, signals]) =>
      shorten(`Not known: ${listed(signals.map(({ name }) => name))}. ${why}`, 400),
    ),
  ].filter(Boolean);

function leftOutIn({ leftOut: { privatePeople, ownOrganizations } }: Seen): string[] {
  return [
    privatePeople > 0 ? `${count(privatePeople, 'account')} with a private address: whose they are can’t be told.` : '',
    ownOrganizations.length > 0
      ? `Left out, because of your own multitenant organization: ${listed(ownOrganizations.map(({ name, tenantId }) => name ?? tenantId))}.`
      : '',
  ].filter(Boolean);
}
