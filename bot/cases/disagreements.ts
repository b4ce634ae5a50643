import { z } from 'zod';
import { plannedSchema } from '../engine/plan.ts';
import { placedStep } from '../engine/playbook.ts';
import { type Case, type CaseStep, readSteps } from '../engine/readCase.ts';
import { playbookOf, type Runtime, subjectOf } from '../engine/runtime.ts';
import type { CaseState, StepState } from '../engine/states.ts';
import { canonicalJson } from '../store/canonicalJson.ts';
import { readApprovals } from '../store/cases.ts';
import type { JournalEntry } from '../store/journal.ts';

/** What the journal says came of a step. */
interface Told {
  state: string;
  /** Canonical, as it was planned last. */
  plan: string;
  before: string;
}

/** What the journal says about a case. */
interface Story {
  state: CaseState | null;
  options: string;
  /** Decisions that count, as `actor decision hash`. */
  decisions: string[];
  steps: Map<string, Told>;
}

const nothing = canonicalJson(null);
const ofStep = z.object({ stepId: z.string() });
const ofPlan = z.object({ steps: z.array(plannedSchema.extend({ stepId: z.string() })) });
const ofStage = z.object({ offered: z.array(z.object({ stepId: z.string(), state: z.string() })) });
const ofOptions = z.object({ options: z.unknown() });
const ofDecision = z.object({ planHash: z.string() });
const ofBefore = ofStep.extend({ before: z.unknown() });

const caseStateAfter: Readonly<Record<string, CaseState>> = {
  asked: 'planning',
  planned: 'draft',
  submitted: 'submitted',
  'approval-asked': 'awaiting-approval',
  'plan-changed': 'awaiting-approval',
  rejected: 'rejected',
  finished: 'finished',
  canceled: 'canceled',
  expired: 'expired',
  refused: 'refused',
};

const stepStateAfter: Readonly<Record<string, StepState>> = {
  'confirmed-first': 'awaiting-second-approver',
  confirmed: 'queued',
  skipped: 'skipped',
  'said-done': 'verifying',
  'done-refused': 'by-hand',
  retried: 'queued',
  'step-started': 'running',
  'step-waits': 'queued',
  'step-held': 'queued',
  'step-done': 'verifying',
  'step-proved': 'proved',
  'step-vouched': 'vouched',
  'step-not-needed': 'not-needed',
  'step-failed': 'failed',
};

/**
 * What in the rows of a case is not as its journal tells it. Both are written in one transaction, so a difference was made
 * by somebody else's hand.
 * @returns each in a few words, for people
 */
export async function disagreements(runtime: Runtime, row: Case, entries: readonly JournalEntry[]): Promise<string[]> {
  const playbook = playbookOf(runtime, row);
  const needed = playbook.subject.approvalsNeeded(subjectOf(runtime, row));
  const story = retell(entries, needed);
  const steps = await readSteps(runtime.db, row.id);
  const decisions = (await readApprovals(runtime.db, row.id)).filter(({ voidedAt }) => voidedAt === null);
  const counting = decisions.map(({ actorId, decision, planHash }) => `${actorId} ${decision} ${planHash}`);
  return [
    ...(story.state === row.state ? [] : ['where the case is']),
    ...(story.options === canonicalJson(row.options) ? [] : ['the choices']),
    ...(canonicalJson(story.decisions.toSorted()) === canonicalJson(counting.toSorted()) ? [] : ['the approvals']),
    ...steps
      .filter((step) => !isAsTold(step, story.steps.get(step.stepId)))
      .map(({ stepId }) => `“${placedStep(playbook, stepId).step.title}”`),
  ];
}

function isAsTold(step: CaseStep, told: Told | undefined): boolean {
  return (
    told !== undefined &&
    told.state === step.state &&
    told.plan === canonicalJson(step.plan) &&
    told.before === canonicalJson(step.before)
  );
}

function retell(entries: readonly JournalEntry[], approvalsNeeded: number): Story {
  const story: Story = { state: null, options: nothing, decisions: [], steps: new Map() };
  for (const { what, actor, data } of entries) {
    story.state = caseStateAfter[what] ?? story.state;
    const options = ofOptions.safeParse(data).data;
    if (options !== undefined) story.options = canonicalJson(options.options);
    if (what === 'plan-changed') story.decisions = [];
    if (what === 'approved' || what === 'rejected')
      story.decisions.push(`${actor} ${what} ${ofDecision.safeParse(data).data?.planHash}`);
    if (what === 'approved' && story.decisions.length >= approvalsNeeded) story.state = 'running';
    retellPlan(story.steps, data);
    retellStage(story.steps, data);
    retellStep(story.steps, what, data);
  }
  return story;
}

function retellPlan(steps: Story['steps'], data: unknown): void {
  for (const { stepId, ...plan } of ofPlan.safeParse(data).data?.steps ?? []) {
    const state = plan.kind === 'not-needed' ? 'not-needed' : 'planned';
    steps.set(stepId, { state, plan: canonicalJson(plan), before: nothing });
  }
}

function retellStage(steps: Story['steps'], data: unknown): void {
  for (const { stepId, state } of ofStage.safeParse(data).data?.offered ?? []) {
    const told = steps.get(stepId);
    if (told !== undefined) told.state = state;
  }
}

function retellStep(steps: Story['steps'], what: string, data: unknown): void {
  const told = steps.get(ofStep.safeParse(data).data?.stepId ?? '');
  if (told === undefined) return;
  told.state = stepStateAfter[what] ?? told.state;
  if (what === 'before-recorded') told.before = canonicalJson(ofBefore.parse(data).before);
}
