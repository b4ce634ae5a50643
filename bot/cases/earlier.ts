import { casesOf, hasBegun } from '../engine/readCase.ts';
import type { Runtime } from '../engine/runtime.ts';
import { type CaseView, readCaseView } from './caseView.ts';

export interface EarlierCase {
  view: CaseView;
  isOpen: boolean;
}

/** The case about somebody that whoever asks for another should know of: an open one, or the last that came to anything. */
export async function earlierCase(runtime: Runtime, subjectId: string): Promise<EarlierCase | null> {
  const rows = await casesOf(runtime.db, subjectId);
  const open = rows.find(({ openSubjectId }) => openSubjectId !== null);
  if (open !== undefined) return { view: await readCaseView(runtime, open), isOpen: true };
  for (const row of rows) {
    const view = await readCaseView(runtime, row);
    if (row.state === 'finished' || view.steps.some((one) => hasBegun(one.row))) return { view, isOpen: false };
  }
  return null;
}
