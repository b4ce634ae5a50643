import { z } from 'zod';
import { plannedSchema } from '../engine/planned.ts';
import { placedStep } from '../engine/playbook.ts';
import { type Case, type CaseStep, readSteps, stepStateName, undoesSchema } from '../engine/readCase.ts';
import { playbookOf, type Runtime, subjectOf } from '../engine/runtime.ts';
import type { CaseState, StepState } from '../engine/states.ts';
import { canonicalJson } from '../store/canonicalJson.ts';
import { readApprovals } from '../store/cases.ts';
import type { JournalEntry } from '../store/journal.ts';

/** A row as the journal tells it; undefined is what an entry of an older Signoff does not tell. */
type Told<Row, Column extends keyof Row> = { [K in Column]: Row[K] | undefined | null };

interface ToldStep {
  row: Told<
    CaseStep,
    'state' | 'plan' | 'found' | 'before' | 'confirmedBy' | 'confirmedName' | 'secondBy' | 'secondName'
  >;
}

/** What the journal says about a case. */
interface Story {
  row: Told<Case, 'state' | 'subjectId' | 'requesterId' | 'requesterName' | 'urgent' | 'options' | 'ticket' | 'undoes'>;
  /** Decisions that count, as `actor decision hash what-it-confirms`. */
  decisions: string[];
  steps: Map<string, ToldStep>;
}

const columnWords: Readonly<Record<keyof Story['row'], string>> = {
  state: 'where the case is',
  subjectId: 'whom it is about',
  requesterId: 'who asked for it',
  requesterName: 'who asked for it',
  urgent: 'whether it is urgent',
  options: 'the choices',
  ticket: 'the reason or ticket number',
  undoes: 'what it takes back',
};

const ofAsked = z.object({
  subjectId: z.string(),
  urgent: z.boolean(),
  name: z.string().optional(),
  undoes: undoesSchema.nullable().default(null),
});
const ofStep = z.object({ stepId: z.string(), name: z.string().optional() });
const ofPlan = z.object({
  steps: z.array(plannedSchema.extend({ stepId: z.string() })),
  skipped: z.array(z.string()).default([]),
});
const ofStage = z.object({
  offered: z.array(
    z.object({
      stepId: z.string(),
      state: stepStateName,
      found: plannedSchema.optional(),
      confirmedBy: z.string().nullable().default(null),
      confirmedName: z.string().nullable().default(null),
    }),
  ),
});
const ofOptions = z.object({ options: z.unknown(), ticket: z.string().nullable().default(null) });
const ofDecision = z.object({ planHash: z.string(), confirms: z.string().default('nothing') });
const ofLapsed = ofDecision.extend({ actorId: z.string() });
const ofBefore = ofStep.extend({ before: z.unknown() });

const caseStateAfter: Readonly<Record<string, CaseState>> = {
  asked: 'planning',
  planned: 'draft',
  'plan-returned': 'draft',
  updated: 'planning',
  'asked-again': 'planning',
  submitted: 'submitted',
  withdrawn: 'draft',
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
  'step-ordered': 'ordered',
  'step-not-seen': 'not-seen',
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
  const subject = subjectOf(runtime, row);
  const story = retell(entries, playbook.subject.approvalsNeeded(subject));
  const steps = await readSteps(runtime.db, row.id);
  const decisions = (await readApprovals(runtime.db, row.id)).filter(({ voidedAt }) => voidedAt === null);
  const counting = decisions.map((one) => `${one.actorId} ${one.decision} ${one.planHash} ${one.confirms}`);
  const columns = differing(story.row, row).map((column) => columnWords[column]);
  return [
    ...new Set([...columns, ...(subject.id === row.subjectId ? [] : [columnWords.subjectId])]),
    ...(canonicalJson(story.decisions.toSorted()) === canonicalJson(counting.toSorted()) ? [] : ['the approvals']),
    ...steps
      .filter((step) => {
        const told = story.steps.get(step.stepId);
        return told === undefined || differing(told.row, step).length > 0;
      })
      .map(({ stepId }) => `“${placedStep(playbook, stepId).step.title}”`),
  ];
}

function differing<Column extends string>(
  told: Record<Column, unknown>,
  row: Record<NoInfer<Column>, unknown>,
): Column[] {
  return (Object.keys(told) as Column[]).filter(
    (column) => told[column] !== undefined && canonicalJson(told[column]) !== canonicalJson(row[column]),
  );
}

function retell(entries: readonly JournalEntry[], approvalsNeeded: number): Story {
  const row = {
    state: null,
    subjectId: null,
    requesterId: null,
    requesterName: null,
    urgent: null,
    options: null,
    ticket: null,
    undoes: null,
  };
  const story: Story = { row, decisions: [], steps: new Map() };
  for (const entry of entries) {
    const { what, data } = entry;
    story.row.state = caseStateAfter[what] ?? story.row.state;
    if (what === 'asked') retellAsked(story, entry);
    const options = ofOptions.safeParse(data).data;
    if (options !== undefined) story.row = { ...story.row, ...options };
    retellDecision(story, entry, approvalsNeeded);
    retellPlan(story.steps, data);
    retellStage(story.steps, data);
    retellStep(story.steps, entry);
  }
  return story;
}

function retellAsked(story: Story, { actor, data }: JournalEntry): void {
  const asked = ofAsked.safeParse(data).data;
  if (asked === undefined) return;
  const { subjectId, urgent, name, undoes } = asked;
  story.row = { ...story.row, subjectId, urgent, requesterId: actor, requesterName: name, undoes };
}

function retellDecision(story: Story, { what, actor, data }: JournalEntry, approvalsNeeded: number): void {
  if (what === 'plan-changed' || what === 'withdrawn' || what === 'asked-again') story.decisions = [];
  const lapsed = what === 'approval-void' ? ofLapsed.safeParse(data).data : undefined;
  if (lapsed !== undefined)
    story.decisions = story.decisions.filter(
      (one) => !one.startsWith(`${lapsed.actorId} approved ${lapsed.planHash} `),
    );
  if (what === 'rejected') story.decisions = story.decisions.filter((one) => !one.startsWith(`${actor} `));
  const decision = what === 'approved' || what === 'rejected' ? ofDecision.safeParse(data).data : undefined;
  if (decision !== undefined) story.decisions.push(`${actor} ${what} ${decision.planHash} ${decision.confirms}`);
  if (what === 'approved' && story.decisions.length >= approvalsNeeded) story.row.state = 'running';
}

const nobody = { confirmedBy: null, confirmedName: null, secondBy: null, secondName: null };

function retellPlan(steps: Story['steps'], data: unknown): void {
  const told = ofPlan.safeParse(data).data;
  for (const { stepId, ...plan } of told?.steps ?? []) {
    const state = plan.kind === 'not-needed' ? 'not-needed' : 'planned';
    steps.set(stepId, { row: { state, plan, found: null, before: null, ...nobody } });
  }
  for (const stepId of told?.skipped ?? []) {
    const row = steps.get(stepId)?.row;
    if (row?.plan) row.plan = { ...row.plan, skipped: true };
  }
}

function retellStage(steps: Story['steps'], data: unknown): void {
  for (const { stepId, ...offered } of ofStage.safeParse(data).data?.offered ?? []) {
    const told = steps.get(stepId);
    // Also where it was confirmed before: what is offered again has to be confirmed anew.
    if (told !== undefined) told.row = { ...told.row, ...nobody, ...offered };
  }
}

function retellStep(steps: Story['steps'], { what, actor, data }: JournalEntry): void {
  const { stepId = '', name } = ofStep.safeParse(data).data ?? {};
  const told = steps.get(stepId);
  if (told === undefined) return;
  const { row } = told;
  if (what === 'confirmed' && row.state === 'awaiting-second-approver')
    told.row = { ...row, secondBy: actor, secondName: name };
  else if (what === 'confirmed' || what === 'confirmed-first' || what === 'said-done')
    told.row = { ...row, confirmedBy: actor, confirmedName: name };
  const toHands = what === 'confirmed' && (row.found ?? row.plan)?.kind === 'by-hand';
  told.row.state = toHands ? 'by-hand' : (stepStateAfter[what] ?? row.state);
  if (what === 'before-recorded') told.row.before = ofBefore.parse(data).before;
}
