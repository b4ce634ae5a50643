import assert from 'node:assert/strict';
import type { Case as CaseRow, CaseStep as StepRow } from '../../bot/engine/readCase.ts';
import { awaited } from '../../bot/engine/runStep.ts';
import { stepState } from '../../bot/engine/states.ts';
import { offboardPerson } from '../../bot/playbooks/offboardPerson.ts';
import type { Hand } from '../../infra/chaos/hands.ts';
import type { SeatMessage } from '../../infra/local/teams/server.ts';
import type { TenantData, User } from '../../infra/local/tenant/seedSchema.ts';
import { eventually } from '../support/clock.ts';
import { asked, button, caseRow, findButton, press, pressed, steps } from '../support/journey.ts';
import { people, startWorld, type World } from '../support/signoff.ts';
import type { TestTenantOptions } from '../support/tenant.ts';
import { caseOn, isReport, isStage, type Row, rowsOf } from './cards.ts';
import { type Difference, differences, factsOf } from './facts.ts';

export interface Wishes {
  /** User principal name, or what comes before the @. */
  who: string;
  /** What is typed; `offboard WHO` where left out. */
  sentence?: string;
  /** Answers to the plan card; the card's own proposals where left out. */
  inputs?: Record<string, string>;
  hands?: Record<string, Hand>;
  /** Notes for by-hand steps that nothing can look at. */
  notes?: Record<string, string>;
  /** Is called when a by-hand step is open, before anybody does anything about it. */
  beforeHand?: (stepId: string) => Promise<void>;
  /** Steps to leave out. */
  skip?: readonly string[];
  /** Steps to leave out once they have failed. */
  skipFailed?: readonly string[];
  /** Steps that are tried again after they failed, once something was put right by hand. */
  retry?: Record<string, Hand>;
  /** Is called when a stage lies open before the approver, before anything is confirmed. */
  onStage?: (stage: number, rows: Row[]) => Promise<void> | void;
}

export interface Offboarded {
  caseId: number;
  person: User;
  requested: Record<string, string>;
  /** The approver's plan card, and its steps. */
  plan: SeatMessage;
  planned: Row[];
  /** How many approved the plan. */
  approvals: number;
  /** How many plans went to the approvers: more than one when something changed under way. */
  plans: number;
  report: SeatMessage;
  reported: Row[];
  /** What administrators changed by hand. */
  byHand: Difference[];
  before: TenantData;
  after: TenantData;
}

/** The product with a tenant that does everything at once. */
export function startPromptWorld(
  options: Parameters<typeof startWorld>[0] & { change?: TestTenantOptions['change'] } = {},
): Promise<World> {
  return startWorld({
    ...options,
    change(data) {
      data.delays = { ...data.delays, pimMs: 0, deviceMs: 0, holdMs: 0, exportMs: 0 };
      options.change?.(data);
    },
  });
}

/** What the requester is shown in the form, as Teams would send it back untouched. */
function proposedInputs({ card }: SeatMessage): Record<string, string> {
  const found: Record<string, string> = {};
  const walk = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(walk);
    else if (typeof value === 'object' && value !== null) {
      const node = value as Record<string, unknown>;
      if (typeof node.type === 'string' && node.type.startsWith('Input.') && typeof node.id === 'string')
        found[node.id] = String(node.value ?? '');
      for (const [name, content] of Object.entries(node)) if (name !== 'actions') walk(content);
    }
  };
  walk(card);
  return found;
}

/** Takes one person through the whole product: asked, planned, approved, every stage, the report. */
export async function offboard(world: World, wishes: Wishes): Promise<Offboarded> {
  const person = structuredClone(world.tenant.person(wishes.who));
  const caseId = await asked(world, wishes.sentence ?? `offboard ${person.userPrincipalName}`);
  return carryOn(world, caseId, person, wishes);
}

/** From the plan card on, however the case was opened. */
export async function carryOn(world: World, caseId: number, person: User, wishes: Wishes): Promise<Offboarded> {
  const before = structuredClone(world.tenant.data);
  const form = await button(world, people.helpdesk, { verb: 'submit', caseId });
  const requested = { ...proposedInputs(form.message), ...wishes.inputs };
  await accepted(press(world, people.helpdesk, form, requested));
  let plan = await toApprove(world, caseId);
  let approvals = await approve(world, caseId, plan);
  const byHand: Difference[] = [];
  let plans = 1;
  for (;;) {
    const row = await restsOrEnds(world, caseId);
    if (row.state === 'awaiting-approval') {
      plans++;
      plan = await toApprove(world, caseId);
      approvals = await approve(world, caseId, plan);
    } else if (row.state === 'running') byHand.push(...(await workStage(world, row, person, wishes)));
    else break;
  }
  const report = await world.teams.waitFor(
    people.approver,
    (one) => one.card !== undefined && isReport(one) && caseOn(one) === caseId,
    30_000,
  );
  return {
    caseId,
    person,
    requested,
    plan,
    planned: rowsOf(plan),
    approvals,
    plans,
    report,
    reported: rowsOf(report),
    byHand,
    before,
    after: structuredClone(world.tenant.data),
  };
}

const toApprove = async (world: World, caseId: number): Promise<SeatMessage> =>
  (await button(world, people.approver, { verb: 'approve', caseId })).message;

async function accepted(answer: ReturnType<typeof press>): Promise<void> {
  const outcome = await answer;
  assert.equal(outcome.kind, 'card', 'text' in outcome ? outcome.text : '');
}

async function approve(world: World, caseId: number, plan: SeatMessage): Promise<number> {
  const found = findButton(plan, { verb: 'approve', caseId });
  assert.ok(found, 'the plan card has no Approve');
  await accepted(press(world, people.approver, found));
  if ((await caseRow(world, caseId)).state !== 'awaiting-approval') return 1;
  await pressed(world, people.second, { verb: 'approve', caseId });
  return 2;
}

/** Until the case waits for people, or has come to its end. */
function restsOrEnds(world: World, caseId: number): Promise<CaseRow> {
  return eventually(
    `case ${caseId} waits for people`,
    async () => {
      const row = await caseRow(world, caseId);
      if (row.state !== 'running') return row.state !== 'submitted' && row;
      if (!row.stageOpen) return false;
      const open = (await steps(world, caseId)).filter(({ stage }) => stage === row.stage);
      const busy = open.some(
        ({ state, stepId }) =>
          ['running', 'verifying', 'planned'].includes(state) ||
          (state === 'queued' && awaited(offboardPerson, open, stepId).length === 0),
      );
      const rests = !busy && open.some(({ state }) => !stepState(state).settled);
      return rests && (await caseRow(world, caseId)).stage === row.stage && row;
    },
    30_000,
  );
}

/** Taps what is to be tapped next in the open stage. @returns what was changed by hand for it */
async function workStage(world: World, row: CaseRow, person: User, wishes: Wishes): Promise<Difference[]> {
  const { id: caseId, stage } = row;
  const open = (await steps(world, caseId)).filter((step) => step.stage === stage);
  const of = (state: string) => open.filter((step) => step.state === state).map(({ stepId }) => stepId);
  if (wishes.onStage) await wishes.onStage(stage, await stageShown(world, caseId, [...of('by-hand'), ...of('failed')]));
  const confirm = (who: string, step: string, inputs = {}) =>
    pressed(world, who, { verb: 'confirm', caseId, step, stage }, inputs);
  const unwanted =
    [...of('awaiting-confirmation'), ...of('by-hand')].find((step) => wishes.skip?.includes(step)) ??
    of('failed').find((step) => wishes.skipFailed?.includes(step));
  const [failed] = open.filter(({ state }) => state === 'failed');
  const destructive = open.filter(({ state, plan }) => state === 'awaiting-confirmation' && plan.destructive);
  const harmless = of('awaiting-confirmation').filter((step) => !destructive.some(({ stepId }) => stepId === step));
  const [second] = of('awaiting-second-approver');
  if (unwanted !== undefined) await skip(world, caseId, stage, unwanted);
  else if (failed !== undefined) return putRight(world, failed, person, wishes);
  else if (second !== undefined) await confirm(people.second, second);
  else if (harmless.length > 0) await confirm(people.approver, harmless.length > 1 ? 'all' : (harmless[0] ?? ''));
  else if (destructive[0] !== undefined)
    await confirm(people.approver, destructive[0].stepId, { reason: 'Left the company' });
  else return doByHand(world, caseId, of('by-hand')[0] ?? 'nothing', person, wishes);
  return [];
}

/** Whoever leaves out what locks somebody out says why. */
async function skip(world: World, caseId: number, stage: number, step: string): Promise<void> {
  await pressed(
    world,
    people.approver,
    { verb: 'skip', caseId, step, stage },
    stage === 0 ? { why: 'Not by us.' } : {},
  );
}

async function putRight(world: World, failed: StepRow, person: User, wishes: Wishes): Promise<Difference[]> {
  const hand = wishes.retry?.[failed.stepId];
  if (hand === undefined) assert.fail(`${failed.stepId} failed: ${failed.words}`);
  const before = factsOf(world.tenant.data);
  hand(world.tenant.data, world.tenant.person(person.userPrincipalName));
  const done = differences(before, factsOf(world.tenant.data));
  await pressed(world, people.approver, { verb: 'retry', caseId: failed.caseId, step: failed.stepId });
  return done;
}

/** What is taken at somebody's word whatever the app may do. */
const unseen: Record<string, string> = { 'disable-on-premises-account': 'Disabled in Active Directory.' };

async function doByHand(
  world: World,
  caseId: number,
  step: string,
  person: User,
  wishes: Wishes,
): Promise<Difference[]> {
  const hand = wishes.hands?.[step];
  const note = wishes.notes?.[step] ?? unseen[step];
  assert.ok(hand ?? note, `nobody knows how to do ${step} by hand`);
  await wishes.beforeHand?.(step);
  const before = factsOf(world.tenant.data);
  hand?.(world.tenant.data, world.tenant.person(person.userPrincipalName));
  const done = differences(before, factsOf(world.tenant.data));
  await pressed(world, people.helpdesk, { verb: 'done', caseId, step }, { note: note ?? '' });
  return done;
}

/** The stages' cards once they show that these steps need somebody. */
const stageShown = (world: World, caseId: number, inNeed: string[]): Promise<Row[]> =>
  eventually('the cards show what is to be done', async () => {
    const rows = await stageRows(world, caseId);
    const shown = rows.filter(({ state }) => state === 'failed' || state === 'by hand');
    return inNeed.every((step) => shown.some(({ stepId }) => stepId === step)) && rows;
  });

/** Every step on the stages' cards that the approver has before them, by the newest of these. */
async function stageRows(world: World, caseId: number): Promise<Row[]> {
  const messages = await world.teams.messages(people.approver);
  const cards = messages.filter((one) => one.card !== undefined && isStage(one) && caseOn(one) === caseId);
  return [...new Map(cards.flatMap(rowsOf).map((row) => [row.stepId, row])).values()];
}
