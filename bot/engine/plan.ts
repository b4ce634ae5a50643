import { z } from 'zod';
import { GraphFailure } from '../graph/failure.ts';
import { type Playbook, placedSteps } from './playbook.ts';
import { type CaseContext, forStep } from './runtime.ts';
import {
  type Changes,
  changeSchema,
  handSchema,
  type NoChange,
  type ReadContext,
  type Step,
  type Verdict,
} from './step.ts';

/** One step of a plan, as people saw it. */
export const plannedSchema = z.object({
  kind: z.enum(['change', 'not-needed', 'by-hand']),
  /** Why it is not needed, or who must do it. */
  why: z.string().nullable(),
  changes: z.array(changeSchema),
  leaves: z.array(z.string()),
  destructive: z.boolean(),
  /** How a person does it, where the app does not. */
  hand: handSchema.nullable(),
});
export type Planned = z.output<typeof plannedSchema>;

export interface PlannedStep extends Planned {
  stepId: string;
}

const none = { changes: [], leaves: [], destructive: false, hand: null };

/** Looks, and changes nothing. `before` is undefined where nothing is to be changed. */
export async function previewStep(step: Step, context: ReadContext): Promise<{ planned: Planned; before?: unknown }> {
  const { subject, options } = context;
  const found = step.appliesTo?.(subject, options) ?? (await lookOrLack(step, context));
  if ('notNeeded' in found)
    return { planned: { ...none, kind: 'not-needed', why: found.notNeeded, leaves: found.leaves ?? [] } };
  if ('byHand' in found)
    return { planned: { ...none, kind: 'by-hand', why: found.byHand, hand: step.byHand(subject, options) } };
  const { before, changes, leaves = [], destroys = false } = found;
  return {
    planned: { kind: 'change', why: null, changes, leaves, destructive: destroys, hand: null },
    before: step.before.parse(before),
  };
}

async function lookOrLack(step: Step, context: ReadContext): Promise<Changes<unknown> | NoChange> {
  const lacking = step.lacks(context);
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
    if (step.blind(context)) return null;
    const found = await step.preview(context);
    if ('notNeeded' in found) return { proved: found.notNeeded };
    return {
      notYet:
        'byHand' in found ? found.byHand : `Still to be done: ${found.changes.map(({ says }) => says).join('; ')}.`,
    };
  } catch (error) {
    if (error instanceof GraphFailure && error.kind === 'denied') return null;
    throw error;
  }
}

/** Previews every step of the playbook side by side. */
export async function planSteps(playbook: Playbook, context: CaseContext): Promise<PlannedStep[]> {
  return Promise.all(
    placedSteps(playbook).map(async ({ step }) => ({
      stepId: step.id,
      ...(await previewStep(step, forStep(context, step.id))).planned,
    })),
  );
}
