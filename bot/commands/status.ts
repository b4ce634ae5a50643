import { z } from 'zod';
import { journalPage, progress } from '../cards/progress.ts';
import { audienceFor } from '../cases/audience.ts';
import { readCaseView } from '../cases/caseView.ts';
import { disagreements } from '../cases/disagreements.ts';
import { readJournal } from '../store/journal.ts';
import { caseData, defineCommand, staff } from './command.ts';
import { findNamedCase, type Named } from './findCase.ts';

export const status = defineCommand<{ named: Named; page: number }>({
  name: 'status',
  does: 'Shows where a case stands, with its journal in words.',
  roles: staff,
  words: {
    usage: 'status CASE or PERSON',
    example: 'status OFF-42',
    read: (words) => ({ named: { words, example: 'status', onlyShows: true }, page: 0 }),
  },
  data: caseData
    .extend({ page: z.coerce.number().int().min(0).max(10_000).default(0) })
    .transform(({ case: id, page }) => ({ named: { id }, page })),

  async run(desk, who, { named, page }) {
    await desk.roles.require(who, staff, 'look at cases');
    const { runtime } = desk;
    const row = await findNamedCase(desk, who, named);
    const entries = await readJournal(runtime.db, row.id);
    const differing = await disagreements(runtime, row, entries);
    const view = await readCaseView(runtime, row);
    const reader = { id: who.id, audience: audienceFor(view, who.id, await desk.roles.of(who)) };
    return { card: progress(view, reader, journalPage(entries, differing, page)) };
  },
});
