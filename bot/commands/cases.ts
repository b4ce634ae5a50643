import { z } from 'zod';
import { caseList } from '../cards/caseList.ts';
import { type ListName, listFor, listNames } from '../cases/caseLists.ts';
import { Refusal } from '../errors.ts';
import { defineCommand, staff, type Words } from './command.ts';

interface Wanted {
  list: ListName;
  /** Words of a name or an address. */
  search: string;
  from: number;
  /** By a button: the page that it stood on becomes the next one. */
  turned: boolean;
}

/** What fits on a screen. */
const most = 8;
const none: Record<ListName, string> = {
  now: 'No case is open, and none was closed within a week. Type “cases all” to see every case.',
  waiting: 'Nothing waits for you. Type “cases” to see everybody’s cases.',
  open: 'No case is open.',
  mine: 'You have asked for no cases yet. Type “cases all” to see everybody’s.',
  all: 'There are no cases yet.',
  found: '',
};
const typed: Readonly<Record<string, ListName>> = {
  '': 'now',
  'waits for me': 'waiting',
  waiting: 'waiting',
  open: 'open',
  mine: 'mine',
  my: 'mine',
  all: 'all',
};

export const cases = defineCommand<Wanted>({
  name: 'cases',
  does: 'Shows what waits for whom, what runs and what was closed within a week; “waits for me” shows what you are to do, a name or an address every case about that person.',
  roles: staff,
  words: { usage: 'cases [waits for me | mine | open | all | PERSON]', example: 'cases', read },
  data: z
    .object({
      list: z.enum(listNames),
      search: z.string().max(200).default(''),
      from: z.coerce.number().int().nonnegative().max(1_000_000),
    })
    .transform((page) => ({ ...page, turned: true })),

  async run(desk, who, { turned, ...wanted }) {
    await desk.roles.require(who, staff, 'look at cases');
    const { list, search, from } = wanted;
    const found = await listFor(desk, who, wanted, { from, most });
    if (found.total === 0)
      return { text: none[list] || `There is no case about “${search}”. Type “cases all” to see every case.` };
    // What was on this page may have gone meanwhile.
    const last = from < found.total ? from : 0;
    const page = last === from ? found : await listFor(desk, who, wanted, { from: last, most });
    const card = caseList(page, { ...wanted, from: last }, most);
    return turned ? { instead: card } : { card };
  },
});

function read({ text, mentioned }: Words): Wanted {
  const search = [...mentioned, text.trim()].filter(Boolean).join(' ').toLowerCase();
  if (search.length > 200) throw new Refusal('too-long', 'That is too long for a name. Write “cases jane”.');
  const list = Object.hasOwn(typed, search) ? typed[search] : undefined;
  return { list: list ?? 'found', search: list === undefined ? search : '', from: 0, turned: false };
}
