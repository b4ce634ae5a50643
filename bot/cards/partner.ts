import { z } from 'zod';
import type { Partner } from '../partners/partner.ts';
import type { Seen } from '../partners/partnerLooks.ts';
import { decisionWords, hintsOf, kindOf, sectionsOf } from '../partners/words.ts';
import { type Card, defineCard, fitting } from './card.ts';
import { ageOf, notesOf } from './partnerList.ts';
import { foldedEntries, shorten } from './stepLines.ts';
import { plain, shown } from './text.ts';

export const partnerCard = defineCard(
  'partner',
  z.object({
    key: plain,
    heading: shown,
    line: shown,
    hints: z.array(shown),
    sections: z.array(z.object({ key: plain, title: shown, lines: z.array(shown), more: plain, rest: shown })),
    notes: z.array(shown),
    back: z.number(),
    canLookAgain: z.boolean(),
    canRemove: z.boolean(),
    decision: shown,
    canDecide: z.boolean(),
  }),
);

const mostHints = 8;
const longestHint = 260;

interface How {
  /** The page of the list that it was chosen from; −1 for none. */
  back: number;
  now: Date;
  /** Whether the reader may ask for its removal. */
  canRemove: boolean;
  /** Whether the reader may decide to keep it. */
  canDecide: boolean;
}

/** All that one organization holds here. */
export function partner(seen: Seen, one: Partner, how: How): Card {
  return fitting((longest) => drawn(seen, one, how, longest));
}

/** @param longest characters of one line */
function drawn(seen: Seen, one: Partner, { back, now, canRemove, canDecide }: How, longest: number): Card {
  const hints = hintsOf(one, now);
  const data = {
    key: one.key,
    heading: shorten(one.name, longestHint),
    line: [kindOf(one), ...one.domains.slice(0, 3), one.tenantId ?? 'no tenant is known', ageOf(seen, '')].join(' · '),
    hints: [
      ...hints.slice(0, mostHints).map((hint) => shorten(hint, Math.min(longestHint, longest + 40))),
      ...(hints.length > mostHints ? [`And ${hints.length - mostHints} more.`] : []),
    ],
    sections: sectionsOf(one).map(({ title, lines }, index) => {
      const { lines: first, more, rest } = foldedEntries(lines, longest + 40);
      return { key: String(index), title, lines: first, more, rest };
    }),
    notes: notesOf(seen),
    back,
    canLookAgain: seen.reading.length === 0,
    canRemove,
    decision: decisionWords(one, seen.notes, now) ?? 'Nobody has decided yet to keep it.',
    canDecide,
  };
  return partnerCard.render(data, `${one.name}: ${kindOf(one)}.`);
}
