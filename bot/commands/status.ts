import { caseStatus } from '../cards/caseStatus.ts';
import { readCaseView } from '../cases/caseView.ts';
import { disagreements } from '../cases/disagreements.ts';
import { readJournal } from '../store/journal.ts';
import { caseData, defineCommand } from './command.ts';
import { findNamedCase, type Named } from './findCase.ts';

export const status = defineCommand<Named>({
  name: 'status',
  does: 'Shows where a case stands, with its journal in words.',
  words: { usage: 'status CASE or PERSON', read: (words) => ({ words, example: 'status', onlyShows: true }) },
  data: caseData.transform(({ case: id }) => ({ id })),

  async run(desk, who, named) {
    await desk.roles.require(who, ['helpdesk', 'approver', 'admin'], 'look at cases');
    const { runtime } = desk;
    const row = await findNamedCase(desk, who, named);
    const entries = await readJournal(runtime.db, row.id);
    const differing = await disagreements(runtime, row, entries);
    return { card: caseStatus(await readCaseView(runtime, row), entries, differing) };
  },
});
