import { addressOf, type Cloud } from '../clouds.ts';
import { AppError, isDatabaseTrouble, Refusal } from '../errors.ts';
import { GraphFailure, unlessDenied } from '../graph/failure.ts';
import type { Planned } from './planned.ts';
import { type CaseContext, forStep } from './runtime.ts';
import type { Changes, Hand, NoChange, ReadContext, Step, Verdict } from './step.ts';

const none = { changes: [], leaves: [], destructive: false, hand: null };

/** Looks, and changes nothing. */
export async function previewStep(step: Step, context: ReadContext): Promise<Looked> {
  const { subject, options } = context;
  const found = step.appliesTo?.(subject, options) ?? (await lookOrLack(step, context));
  if ('notNeeded' in found)
    return {
      planned: { ...none, kind: 'not-needed', why: found.notNeeded, leaves: found.leaves ?? [], ...warning(found) },
    };
  if ('byHand' in found) {
    const hand = handIn(context.cloud, found.hand ?? step.byHand(subject, options));
    // What can't be looked at may destroy whatever the step may.
    return { planned: { ...none, kind: 'by-hand', why: found.byHand, destructive: step.destructive ?? false, hand } };
  }
  const { before, changes, leaves = [], destroys = false, apart = false } = found;
  return {
    planned: {
      kind: 'change',
      why: null,
      changes,
      leaves,
      ...warning(found),
      destructive: destroys,
      ...(apart && { apart }),
      hand: null,
    },
    before: step.before.parse(before),
  };
}

/** Left out where there is none: plans from before there were warnings stay what they were. */
const warning = ({ warns = [] }: { warns?: string[] }): Pick<Planned, 'warns'> => (warns.length > 0 ? { warns } : {});
/** What a person is told in this cloud. */
export function handIn(cloud: Cloud, { page, ...hand }: Hand): NonNullable<Planned['hand']> {
  const link = addressOf(cloud, page);
  if (link !== null) return { ...hand, link };
  const { microsoft365 } = cloud.centers;
  return {
    ...hand,
    where: 'the Microsoft 365 admin center',
    link: microsoft365,
    clicks: [`Go on from there to ${hand.where}.`, ...hand.clicks],
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
export function checkByHand(step: Step, context: ReadContext, since: Date): Promise<Verdict | null> {
  return unlessDenied(async () => {
    if (step.verifyByHand !== undefined) return step.verifyByHand(context, since);
    if (step.blind(context)) return null;
    const found = await step.preview(context);
    if ('notNeeded' in found) return { proved: found.notNeeded };
    if ('byHand' in found && found.unseen) return null;
    return {
      notYet:
        'byHand' in found ? found.byHand : `Still to be done: ${found.changes.map(({ says }) => says).join('; ')}.`,
    };
  });
}

/** What a look found: `before` is undefined where nothing is to be changed. */
export interface Looked {
  planned: Planned;
  before?: unknown;
}

/**
 * For a plan. The trouble of one step is that step’s alone: it is planned as not seen, and the others go on.
 * @param patient throws what passes by itself, so that the whole is tried again a little later
 */
export async function lookAtStep(step: Step, context: CaseContext, patient: boolean): Promise<Looked> {
  try {
    return await previewStep(step, forStep(context, step.id));
  } catch (error) {
    if (!(error instanceof AppError) || error instanceof Refusal || isDatabaseTrouble(error)) throw error;
    if (error.passing && patient) throw error;
    return { planned: { ...none, kind: 'unseen', why: error.say } };
  }
}

/** How often the whole is tried again for what passes by itself, before it goes on without. */
const patientTries = 3;
export const isPatient = ({ attempts }: { attempts: number }): boolean => attempts < patientTries;

/** What came of looking, for people. */
export const unseenWords = ({ why }: Planned): string => `It could not be looked at. ${why ?? ''}`.trim();

/** Why a plan goes back to the approvers. */
export const changedWords = (steps: readonly Step[]): string =>
  `What ${steps.map(({ title }) => `“${title}”`).join(', ')} would do has changed since the plan was approved.`;
