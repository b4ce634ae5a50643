import { hours } from '../clock.ts';
import { AppError } from '../errors.ts';
import { GraphFailure } from './failure.ts';

/** What Intune has of somebody; a tenant without Intune has nothing. */
export async function inIntune<T>(list: () => Promise<T[]>): Promise<T[]> {
  try {
    return await list();
  } catch (error) {
    const isWithout =
      error instanceof GraphFailure &&
      error.kind === 'refused' &&
      /not applicable to target tenant|Intune/i.test(error.text);
    if (isWithout) return [];
    throw error;
  }
}

/**
 * Intune may want a second administrator for what is done to a device (Multi Admin Approval): it is asked for with a
 * reason, and once they have agreed the same call comes again with the code that the first one was answered with. An app
 * can't read in v1.0 whether they have (learn.microsoft.com/intune, "Use Multi Admin Approval with the Microsoft Graph API").
 */
export function approvalHeaders(code: string | undefined, caseName: string): Record<string, string> {
  if (code !== undefined) return { 'x-msft-approval-code': code };
  return { 'x-msft-approval-justification': Buffer.from(`Offboarding ${caseName}`).toString('base64') };
}

/** Null when it is another failure. The code is missing where Intune says only that it has been asked already. */
export function askedFor(error: unknown): { code: string | null } | null {
  if (!(error instanceof GraphFailure)) return null;
  const code = /x-msft-approval-code:?\s*([0-9a-f-]{36})/i.exec(error.text)?.[1] ?? null;
  const isAsked =
    code !== null ||
    error.graphCode === 'ApprovalRequired' ||
    /active Approval Request already exists/i.test(error.text);
  return isAsked ? { code } : null;
}

export const approvalElsewhere = (devices: string[]): AppError =>
  new AppError(
    'approval-elsewhere',
    `Intune wants a second administrator to agree for ${devices.join(', ')}: in the Intune admin center under Tenant administration, Multi Admin Approval, within three days. Press Retry when they have.`,
  );

/** Intune takes 1,000 retires and 500 wipes of a tenant a day; what it answers then is not documented. */
export function atLimit(error: unknown): unknown {
  if (!(error instanceof GraphFailure) || error.kind !== 'throttled' || !/limit|quota/i.test(error.text)) return error;
  return new AppError(
    'too-many',
    'Intune has had as many orders for devices as it takes in a day (1,000 retires, 500 wipes). It is tried again by itself.',
    { passing: true, retryAfterMs: error.retryAfterMs ?? hours(1), cause: error },
  );
}
