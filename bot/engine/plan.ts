import { createHash } from 'node:crypto';
import { z } from 'zod';
import { type Access, directoryRole } from '../graph/access.ts';
import { canonicalJson } from '../store/canonicalJson.ts';
import { type Playbook, placedSteps } from './playbook.ts';
import type { ReadContext, Step } from './step.ts';
import type { Options, Subject } from './subject.ts';

/** One step of a plan, as people saw it. */
export const plannedSchema = z.object({
  kind: z.enum(['change', 'not-needed', 'by-hand']),
  /** Why it is not needed, or who must do it. */
  why: z.string().nullable(),
  changes: z.array(z.string()),
  touches: z.array(z.string()),
  leaves: z.array(z.string()),
});
export type Planned = z.output<typeof plannedSchema>;

export interface PlannedStep extends Planned {
  stepId: string;
}

const none = { changes: [], touches: [], leaves: [] };

/** Looks, and changes nothing. `before` is undefined where nothing is to be changed. */
export async function previewStep(step: Step, context: ReadContext): Promise<{ planned: Planned; before?: unknown }> {
  const static_ = step.appliesTo?.(context.subject, context.options) ?? null;
  const lacking = static_ === null ? whatIsMissing(step, context.subject, context.access) : null;
  const found = static_ ?? (lacking === null ? await step.preview(context) : { byHand: lacking });
  if ('notNeeded' in found) return { planned: { kind: 'not-needed', why: found.notNeeded, ...none } };
  if ('byHand' in found) return { planned: { kind: 'by-hand', why: found.byHand, ...none } };
  const { before, changes, touches = [], leaves = [] } = found;
  return { planned: { kind: 'change', why: null, changes, touches, leaves }, before: step.before.parse(before) };
}

/** What the app lacks for this step and subject, in a sentence, or null. */
export function whatIsMissing(step: Step, subject: Subject, access: Access): string | null {
  const missing = step.permissions.filter((permission) => !access.permissions.has(permission));
  if (missing.length > 0) {
    return `Signoff lacks ${missing.length === 1 ? 'the permission' : 'the permissions'} ${missing.join(' and ')}. An admin can grant ${missing.length === 1 ? 'it' : 'them'}; until then this is done by hand.`;
  }
  const { globalAdministrator, privilegedAuthenticationAdministrator, userAdministrator } = directoryRole;
  const high =
    access.directoryRoles.has(globalAdministrator) || access.directoryRoles.has(privilegedAuthenticationAdministrator);
  if (step.directoryRole === undefined || high) return null;
  if (subject.privileged) {
    return `${subject.displayName} holds privileged rights, so Signoff would need the directory role Privileged Authentication Administrator. Until then this is done by hand.`;
  }
  // Whoever holds even a light role is beyond an app without one.
  const needed = step.directoryRole === 'always' || subject.roles.length > 0;
  if (needed && !access.directoryRoles.has(userAdministrator)) {
    return 'Signoff lacks the directory role User Administrator. An admin can assign it; until then this is done by hand.';
  }
  return null;
}

/** Previews every step of the playbook side by side. */
export async function planSteps(playbook: Playbook, context: ReadContext): Promise<PlannedStep[]> {
  return Promise.all(
    placedSteps(playbook).map(async ({ step }) => ({ stepId: step.id, ...(await previewStep(step, context)).planned })),
  );
}

/** What an approval is bound to: whom, what is chosen, and each change with the objects it touches. */
export function planHash(playbook: Playbook, subject: Subject, options: Options, steps: PlannedStep[]): string {
  const { id, privileged, guest, synced } = subject;
  return createHash('sha256')
    .update(canonicalJson({ playbook: playbook.id, subject: { id, privileged, guest, synced }, options, steps }))
    .digest('hex');
}

/** Whether what would be done now is what was agreed to. Nobody needs to agree to doing nothing. */
export function stillAgreed(agreed: Planned, now: Planned): boolean {
  return (
    now.kind === 'not-needed' || canonicalJson(plannedSchema.parse(agreed)) === canonicalJson(plannedSchema.parse(now))
  );
}
