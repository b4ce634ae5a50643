import { z } from 'zod';
import type { CaseList, ListedCase, ListName } from '../cases/caseLists.ts';
import { type PlaceName, placeNames } from '../cases/waiting.ts';
import { inWords } from '../clock.ts';
import type { Tone } from '../engine/states.ts';
import { type Card, defineCard } from './card.ts';
import { plain, shown, tone } from './text.ts';

export const caseListCard = defineCard(
  'caseList',
  z.object({
    heading: shown,
    cases: z.array(
      z.object({
        place: shown,
        placeTone: tone,
        caseId: z.number(),
        name: plain,
        person: shown,
        says: shown,
      }),
    ),
    page: shown,
    list: plain,
    search: plain,
    earlier: z.number(),
    later: z.number(),
  }),
);

const headings: Record<ListName, string> = {
  now: 'Cases',
  waiting: 'What waits for you',
  open: 'Open cases',
  mine: 'Cases that you asked for',
  all: 'All cases',
  found: 'Cases about',
};
const places: Record<PlaceName, { title: string; tone: Tone }> = {
  you: { title: 'Waits for you', tone: 'warning' },
  others: { title: 'Waits for others', tone: 'accent' },
  running: { title: 'Running', tone: 'accent' },
  done: { title: 'Closed', tone: 'default' },
};

/** A page of cases, by whom they wait for. −1 stands for no page before or after. */
export function caseList(
  { cases, counts, total }: CaseList,
  { list, search, from }: { list: ListName; search: string; from: number },
  most: number,
): Card {
  const titleOf = (name: PlaceName) => (name === 'done' && list === 'now' ? 'Done this week' : places[name].title);
  const [first] = cases;
  const whom = /^[0-9a-f-]{36}$/.test(search) ? (first?.view.subject.displayName ?? '') : `“${search}”`;
  const data = {
    heading: list === 'found' ? `${headings.found} ${whom}` : headings[list],
    cases: cases.map((one, index) => {
      const { view, place, at } = one;
      const begins = cases[index - 1]?.place.name !== place.name;
      return {
        place: begins ? `${titleOf(place.name)} (${counts[place.name]})` : '',
        placeTone: places[place.name].tone,
        caseId: view.row.id,
        name: view.name,
        person: `${view.subject.displayName} · ${view.name}`,
        says: `${saysOf(one)}${place.name === 'done' ? '' : ' · since'} ${inWords(at)}`,
      };
    }),
    page: total > most ? `${from + 1}–${from + cases.length} of ${total}` : '',
    list,
    search,
    earlier: from > 0 ? Math.max(0, from - most) : -1,
    later: from + cases.length < total ? from + most : -1,
  };
  const told = placeNames.flatMap((name) => (counts[name] > 0 ? [`${titleOf(name)}: ${counts[name]}`] : []));
  return caseListCard.render(data, `${data.heading}. ${told.join(', ')}.`);
}

/** Whoever looks for somebody’s cases sees who asked for each. */
const saysOf = ({ view, place }: ListedCase): string =>
  place.name === 'you' ? `${place.says} · asked for by ${view.row.requesterName}` : place.says;
