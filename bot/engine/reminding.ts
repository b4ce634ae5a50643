import type { CaseStep } from './readCase.ts';

const dayMs = 24 * 3_600_000;
const mostReminders = 5;

/** How many reminders the oldest by-hand step that is open has earned by now, and when the next one is due. */
export function remindersDue(steps: readonly CaseStep[], now: Date): { due: number; next: Date | null } {
  const opened = steps
    .flatMap(({ state, startedAt }) => (state === 'by-hand' && startedAt !== null ? [startedAt] : []))
    .sort()[0];
  if (opened === undefined) return { due: 0, next: null };
  const since = Date.parse(opened);
  const due = Math.max(0, Math.min(mostReminders, Math.floor((now.getTime() - since) / dayMs)));
  return { due, next: due < mostReminders ? new Date(since + (due + 1) * dayMs) : null };
}
