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
