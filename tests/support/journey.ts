import assert from 'node:assert/strict';
import { type Case as CaseRow, findCase, readSteps, type CaseStep as StepRow } from '../../bot/engine/readCase.ts';
import type { CaseState, StepState } from '../../bot/engine/states.ts';
import { type JournalEntry, readJournal } from '../../bot/store/journal.ts';
import type { ActionExecute, SeatMessage, TapOutcome } from '../../infra/local/teams/server.ts';
import { eventually } from './clock.ts';
import { people, type World } from './signoff.ts';

/** A button as it stands on somebody's card: it can be kept, and tapped again when it is old. */
export interface Button {
  message: SeatMessage;
  action: ActionExecute;
}

export interface Wanted {
  verb: string;
  caseId?: number;
  step?: string;
  /** Where an older stage's card may not be edited yet. */
  stage?: number;
}

export function buttonsOf(card: unknown): ActionExecute[] {
  if (Array.isArray(card)) return card.flatMap(buttonsOf);
  if (typeof card !== 'object' || card === null) return [];
  const node = card as Record<string, unknown>;
  if (node.type === 'Action.Execute') return [node as ActionExecute];
  return Object.entries(node).flatMap(([name, value]) => (name === 'refresh' ? [] : buttonsOf(value)));
}

const dataOf = (action: ActionExecute) =>
  action.data as { case?: number; steps?: string[]; version?: number; stage?: number };

/** The one step that a button is about, or `all`. */
const stepOf = (action: ActionExecute) => {
  const { steps = [] } = dataOf(action);
  return steps.length > 1 ? 'all' : steps[0];
};

export function findButton(message: SeatMessage, { verb, caseId, step, stage }: Wanted): Button | undefined {
  const action = buttonsOf(message.card).find(
    (one) =>
      one.verb === verb &&
      (caseId === undefined || dataOf(one).case === caseId) &&
      (stage === undefined || dataOf(one).stage === stage) &&
      (step === undefined || stepOf(one) === step),
  );
  return action && { message, action };
}

/** Waits until somebody has such a button before their eyes, of the plan as it stands now. */
export async function button(world: World, person: string, wanted: Wanted): Promise<Button> {
  // Where a bot in a process of its own has the database, nobody else can look.
  const row = wanted.caseId === undefined ? undefined : await caseRow(world, wanted.caseId).catch(() => undefined);
  const now = row?.version ?? 0;
  const isThere = (one: SeatMessage) => {
    const found = findButton(one, wanted);
    return found !== undefined && (dataOf(found.action).version ?? now) >= now;
  };
  return findButton(await world.teams.waitFor(person, isThere), wanted) as Button;
}

export async function press(
  world: World,
  person: string,
  { message, action }: Button,
  inputs: Record<string, string> = {},
): Promise<TapOutcome> {
  const outcome = await world.teams.tap(person, message.id, action, inputsOf(action, inputs));
  // It may have come back already, on a newer message.
  const wasTaken = outcome.kind === 'card' || isOvertaken(outcome);
  if (action.verb === 'submit' && wasTaken) await askAgain(world, person, dataOf(action), inputs);
  return outcome;
}

/** Once more where the choices destroy or lose more than the plan had shown: nobody asks for that unseen. */
async function askAgain(
  world: World,
  person: string,
  { case: caseId = 0, version = 0 }: { case?: number; version?: number },
  inputs: Record<string, string>,
): Promise<void> {
  const row = await eventually('the plan is drawn up', async () => {
    const now = await caseRow(world, caseId);
    return (now.state !== 'submitted' || now.note !== null) && now;
  });
  if (row.state !== 'draft') return;
  const isNewer = (one: SeatMessage) =>
    Number(dataOf(findButton(one, { verb: 'submit', caseId })?.action ?? noButton).version) > version;
  const message = await world.teams.waitFor(person, isNewer);
  const { action } = findButton(message, { verb: 'submit', caseId }) as Button;
  const outcome = await world.teams.tap(person, message.id, action, inputs);
  assert.equal(outcome.kind, 'card', 'text' in outcome ? outcome.text : '');
}

const isOvertaken = (outcome: TapOutcome): boolean =>
  'text' in outcome && outcome.text.endsWith(': called again further down.');

const noButton: ActionExecute = { type: 'Action.Execute', data: {} };

/** On a stage's card each step has inputs of its own: their ids must be unique on the whole card. */
function inputsOf(action: ActionExecute, inputs: Record<string, string>): Record<string, string> {
  const { stage, steps } = action.data as { stage?: number; steps?: string[] };
  if (stage === undefined) return inputs;
  // Whoever locks somebody out half must say why.
  const given = action.verb === 'skip' && stage === 0 ? { why: 'It is not needed here.', ...inputs } : inputs;
  return Object.fromEntries(Object.entries(given).map(([id, value]) => [`${id}-${steps?.[0]}`, value]));
}

/** Presses, and expects the card to come back as it is then. */
export async function pressed(
  world: World,
  person: string,
  wanted: Wanted,
  inputs: Record<string, string> = {},
): Promise<Button> {
  const found = await button(world, person, wanted);
  const outcome = await press(world, person, found, inputs);
  // It was done, and the card has become a line meanwhile: a newer message shows the same.
  if (outcome.kind !== 'card' && !isOvertaken(outcome)) {
    const { case: caseId = 0, version } = dataOf(found.action);
    const { state, version: now } = await caseRow(world, caseId);
    const lately = (await entries(world, caseId)).slice(-6).map(({ at, what }) => `${at} ${what}`);
    assert.fail(`${'text' in outcome ? outcome.text : ''} Card ${version}, case ${now} ${state}: ${lately.join(', ')}`);
  }
  return found;
}

/** Presses, and expects the sentence that says why not. */
export async function refused(answer: Promise<TapOutcome>, sentence: string | RegExp): Promise<void> {
  const outcome = await answer;
  assert.equal(outcome.kind, 'message', 'text' in outcome ? outcome.text : 'a card came back');
  const text = 'text' in outcome ? outcome.text : '';
  if (typeof sentence === 'string') assert.equal(text, sentence);
  else assert.match(text, sentence);
}

export const defaults = { successor: '', autoReply: '', endState: 'keep' };

/** Asks for somebody to be offboarded; the plan lies before the requester. */
export async function asked(
  world: World,
  sentence = 'offboard jane@contoso.com',
  prefix: 'OFF' | 'PRT' | 'UNDO' | 'END' = 'OFF',
): Promise<number> {
  const looking = new RegExp(`^${prefix}-(\\d+): looking`);
  // Approvers have installed Signoff long before; whoever installs it later is another test's matter.
  for (const person of [people.approver, people.second]) await world.teams.open(person);
  const before = new Set((await world.teams.messages(people.helpdesk)).map(({ id }) => id));
  await world.teams.say(people.helpdesk, sentence);
  const answer = await world.teams.waitFor(
    people.helpdesk,
    ({ id, text }) => !before.has(id) && looking.test(text ?? ''),
    30_000,
  );
  const caseId = Number(looking.exec(answer.text ?? '')?.[1]);
  assert.ok(caseId > 0, answer.text ?? 'no text');
  await button(world, people.helpdesk, { verb: 'submit', caseId });
  return caseId;
}

/** The plan lies before the approvers. */
export async function submitted(
  world: World,
  options: { sentence?: string; inputs?: Record<string, string> } = {},
): Promise<number> {
  const caseId = await asked(world, options.sentence);
  await submitAs(world, caseId, { ...defaults, ...options.inputs });
  await button(world, people.approver, { verb: 'approve', caseId });
  return caseId;
}

/** Asks for approval. */
export const submitAs = (world: World, caseId: number, inputs: Record<string, string>): Promise<Button> =>
  pressed(world, people.helpdesk, { verb: 'submit', caseId }, inputs);

/** An approver agreed: the first stage waits for confirmation (or runs, when urgent). */
export async function approved(world: World, options: Parameters<typeof submitted>[1] = {}): Promise<number> {
  const caseId = await submitted(world, options);
  await pressed(world, people.approver, { verb: 'approve', caseId });
  return caseId;
}

/** *Approve and run all*; with `nothing`, the approval that confirms no stage. */
export async function approveAll(
  world: World,
  caseId: number,
  person: string = people.approver,
  confirms: 'all' | 'nothing' = 'all',
): Promise<TapOutcome> {
  const { message } = await button(world, person, { verb: 'approve', caseId });
  const action = buttonsOf(message.card).find(
    ({ verb, data }) => verb === 'approve' && (data as { confirms: string }).confirms === confirms,
  );
  assert.ok(action);
  return press(world, person, { message, action });
}

/** Ends a case that is under way: Signoff asks whether they are sure, and why. */
export async function canceled(
  world: World,
  person: string,
  caseId: number,
  reason = 'The wrong person.',
): Promise<void> {
  await world.teams.say(person, `cancel OFF-${caseId}`);
  const found = await button(world, person, { verb: 'cancel', caseId });
  const outcome = await press(world, person, found, { reason });
  assert.equal(outcome.kind, 'card', 'text' in outcome ? outcome.text : '');
}

/** Confirms whole stages until the named step is the next to confirm, or its stage is over. */
export async function confirmUntil(world: World, caseId: number, lastStep: string): Promise<void> {
  for (;;) {
    const step = await eventually('a step waits for confirmation', async () =>
      (await steps(world, caseId)).find(({ state }) => state === 'awaiting-confirmation'),
    );
    if (step.stepId === lastStep) return;
    await pressed(world, people.approver, { verb: 'confirm', caseId, step: step.stepId });
    await stepIs(world, caseId, step.stepId, 'proved', 'not-needed');
  }
}

export const caseRow = async (world: World, caseId: number): Promise<CaseRow> =>
  (await findCase(world.signoff.runtime.db, caseId)) as CaseRow;
export const steps = (world: World, caseId: number): Promise<StepRow[]> => readSteps(world.signoff.runtime.db, caseId);
export const entries = (world: World, caseId: number): Promise<JournalEntry[]> =>
  readJournal(world.signoff.runtime.db, caseId);

export async function step(world: World, caseId: number, stepId: string): Promise<StepRow> {
  return (await steps(world, caseId)).find((one) => one.stepId === stepId) as StepRow;
}

export function caseIs(world: World, caseId: number, ...states: CaseState[]): Promise<CaseRow> {
  return eventually(`case ${caseId} is ${states}`, async () => {
    const row = await caseRow(world, caseId);
    return states.includes(row.state) && row;
  });
}

export function stepIs(world: World, caseId: number, stepId: string, ...states: StepState[]): Promise<StepRow> {
  return eventually(`${stepId} is ${states}`, async () => {
    const row = await step(world, caseId, stepId);
    return states.includes(row.state) && row;
  });
}

/** Every entry of a kind, about one step where it is named. */
export async function journaled(world: World, caseId: number, what: string, stepId?: string): Promise<JournalEntry[]> {
  return (await entries(world, caseId)).filter(
    (one) => one.what === what && (stepId === undefined || (one.data as { stepId?: string }).stepId === stepId),
  );
}

/** Every call that the bot made, also those that got no answer: `METHOD /path`, oldest first. */
export function calls(world: World, method: string, path: RegExp): string[] {
  return world.tenant.exchanges
    .filter((one) => one.method === method && path.test(one.path))
    .map((one) => `${one.method} ${one.path}`);
}

/** What the bot did to the tenant: `METHOD /path` of every write that was carried out, oldest first. */
export function writes(world: World): string[] {
  return world.tenant.exchanges
    .filter(
      ({ method, path, status }) => method !== 'GET' && path.startsWith('/v1.0/') && status >= 200 && status < 300,
    )
    .map(({ method, path }) => `${method} ${path.slice('/v1.0'.length)}`)
    .filter((call) => !/checkMemberGroups$|\/\$batch$/.test(call));
}
