import { createHash } from 'node:crypto';
import { z } from 'zod';
import { type Access, directoryRole } from '../graph/access.ts';
import { GraphFailure } from '../graph/failure.ts';
import { canonicalJson } from '../store/canonicalJson.ts';
import { type Playbook, placedSteps } from './playbook.ts';
import { type Changes, handSchema, type NoChange, type ReadContext, type Step, type Verdict } from './step.ts';
import type { Options, Subject } from './subject.ts';

/** One step of a plan, as people saw it. */
export const plannedSchema = z.object({
  kind: z.enum(['change', 'not-needed', 'by-hand']),
  /** Why it is not needed, or who must do it. */
  why: z.string().nullable(),
  changes: z.array(z.string()),
  touches: z.array(z.string()),
  leaves: z.array(z.string()),
  destructive: z.boolean(),
  /** How a person does it, where the app does not. */
  hand: handSchema.nullable(),
});
export type Planned = z.output<typeof plannedSchema>;

export interface PlannedStep extends Planned {
  stepId: string;
}

const none = { changes: [], touches: [], leaves: [], destructive: false, hand: null };

/** Looks, and changes nothing. `before` is undefined where nothing is to be changed. */
export async function previewStep(step: Step, context: ReadContext): Promise<{ planned: Planned; before?: unknown }> {
  const { subject, options } = context;
  const found = step.appliesTo?.(subject, options) ?? (await lookOrLack(step, context));
  if ('notNeeded' in found)
    return { planned: { ...none, kind: 'not-needed', why: found.notNeeded, leaves: found.leaves ?? [] } };
  if ('byHand' in found)
    return { planned: { ...none, kind: 'by-hand', why: found.byHand, hand: step.byHand(subject, options) } };
  const { before, changes, touches = [], leaves = [], destroys = false } = found;
  return {
    planned: { kind: 'change', why: null, changes, touches, leaves, destructive: destroys, hand: null },
    before: step.before.parse(before),
  };
}

async function lookOrLack(step: Step, context: ReadContext): Promise<Changes<unknown> | NoChange> {
  const lacking = whatIsMissing(step, context.subject, context.access);
  if (lacking !== null) return { byHand: lacking };
  try {
    return await step.preview(context);
  } catch (error) {
    // Some rights are given elsewhere than in Entra, and only a call tells: a role group of Exchange's or Purview's.
    if (!(error instanceof GraphFailure && error.kind === 'denied')) throw error;
    return {
      byHand: `Microsoft 365 does not let Signoff look at this: “${error.text}” An admin can put it right; until then this is done by hand.`,
    };
  }
}

/**
 * Looks whether what a person says they did is done.
 * @returns null when it can't be seen: the app may not read it either
 */
export async function checkByHand(step: Step, context: ReadContext, since: Date): Promise<Verdict | null> {
  try {
    if (step.verifyByHand !== undefined) return await step.verifyByHand(context, since);
    if (step.exchange !== undefined && !context.access.exchange.has(step.exchange)) return null;
    const found = await step.preview(context);
    if ('notNeeded' in found) return { proved: found.notNeeded };
    return { notYet: 'byHand' in found ? found.byHand : `Still to be done: ${found.changes.join('; ')}.` };
  } catch (error) {
    if (error instanceof GraphFailure && error.kind === 'denied') return null;
    throw error;
  }
}

/** What the app lacks for this step and subject, in a sentence, or null. */
function whatIsMissing(step: Step, subject: Subject, access: Access): string | null {
  const missing = step.permissions.filter((permission) => !mayDo(access, permission));
  if (missing.length > 0) {
    return `Signoff lacks ${missing.length === 1 ? 'the permission' : 'the permissions'} ${missing.join(' and ')}. An admin can grant ${missing.length === 1 ? 'it' : 'them'}; until then this is done by hand.`;
  }
  if (step.exchange !== undefined && !access.exchange.has(step.exchange)) {
    return step.exchange === 'hold' && access.exchange.size > 0
      ? 'Signoff may not put mailboxes on hold in Exchange Online (the role Exchange Administrator would let it). Until then this is done by hand.'
      : 'Signoff has no rights in Exchange Online. An admin can grant them; until then this is done by hand.';
  }
  const { globalAdministrator, privilegedAuthenticationAdministrator, userAdministrator } = directoryRole;
  const high =
    access.directoryRoles.has(globalAdministrator) || access.directoryRoles.has(privilegedAuthenticationAdministrator);
  if (step.directoryRole === undefined || high) return null;
  // A playbook takes roles away before anything that they would forbid.
  if (subject.privileged && !mayDo(access, 'RoleManagement.ReadWrite.Directory')) {
    return `${subject.displayName} holds privileged rights, so Signoff would need the directory role Privileged Authentication Administrator. Until then this is done by hand.`;
  }
  // Whoever holds even a light role is beyond an app without one.
  const needed = step.directoryRole === 'always' || subject.roles.length > 0;
  if (needed && !access.directoryRoles.has(userAdministrator)) {
    return 'Signoff lacks the directory role User Administrator. An admin can assign it; until then this is done by hand.';
  }
  return null;
}

/** Whoever may write may read. */
function mayDo({ permissions }: Access, permission: string): boolean {
  return permissions.has(permission) || permissions.has(permission.replace(/\.Read\b/, '.ReadWrite'));
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

/** Whether what would be done now is what was agreed to. Nobody needs to agree to doing nothing, or to people leaving less undone. */
export function stillAgreed(agreed: Planned, now: Planned): boolean {
  if (now.kind === 'not-needed') return true;
  const leavesMore = now.leaves.some((line) => !agreed.leaves.includes(line));
  const done = (planned: Planned) => canonicalJson(plannedSchema.parse({ ...planned, leaves: [] }));
  return !leavesMore && done(agreed) === done(now);
}
