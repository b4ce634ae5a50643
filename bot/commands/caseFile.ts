import { type CaseFile, caseFile } from '../cards/caseFile.ts';
import type { CaseDesk } from '../cases/cases.ts';
import { readCaseView } from '../cases/caseView.ts';
import { disagreements } from '../cases/disagreements.ts';
import type { Case } from '../engine/readCase.ts';
import { readJournal } from '../store/journal.ts';

/** As it is now: a case goes on. */
export async function makeCaseFile({ runtime }: CaseDesk, row: Case): Promise<CaseFile> {
  const entries = await readJournal(runtime.db, row.id);
  const differing = await disagreements(runtime, row, entries);
  return caseFile(await readCaseView(runtime, row), entries, differing, runtime.clock.now());
}
