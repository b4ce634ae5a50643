import { minutes } from '../clock.ts';
import { byApproval, whoConfirmAll } from './agreement.ts';
import type { Work } from './stepWork.ts';

/** For so long after its stage opened, when it was asked as well, whoever confirmed with the approval is taken to be an approver. */
const askAgainMs = minutes(1);

/**
 * Who confirmed this, days ago perhaps, and may not any more: of what destroys something either of the two, at each attempt;
 * of the rest whoever confirmed it with the approval, until it has begun.
 * @param begun an earlier attempt has noted what it would change
 * @returns their name; null for nobody
 */
export async function whoLapsed({ runtime, row, current }: Work, begun: boolean): Promise<string | null> {
  const { confirmedBy, confirmedName, secondBy, secondName, found, plan } = current;
  if ((found ?? plan).destructive) {
    const both = [
      { id: confirmedBy, name: confirmedName },
      { id: secondBy, name: secondName },
    ];
    for (const { id, name } of both) if (id !== null && !(await runtime.isApprover(id))) return name;
    return null;
  }
  if (begun || confirmedBy === null || byApproval(row)) return null;
  if (runtime.clock.now().getTime() - Date.parse(row.since ?? row.updatedAt) < askAgainMs) return null;
  const withApproval = (await whoConfirmAll(runtime.db, row)).some(({ id }) => id === confirmedBy);
  return withApproval && !(await runtime.isApprover(confirmedBy)) ? confirmedName : null;
}
