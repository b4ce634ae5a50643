/**
 * Every state of a case and of a step: what it means, what people read, and the ways between them. Buttons, status words
 * and the diagram in CONTRIBUTING are derived from here, and no state is changed in a way that is not named here.
 */

/** Who makes a move: Signoff by itself, the requester, an approver, or anybody of the three groups. */
type Mover = 'Signoff' | 'the requester' | 'an approver' | 'the team';

/** A way out of the state that it stands in (`to`), or into it (`from`): so a new state brings along what it needs. */
type Way = { by: Mover; on: string } & ({ to: string } | { from: readonly string[] });

export type Tone = 'default' | 'accent' | 'good' | 'warning' | 'attention';

interface State {
  means: string;
  /** As people read it. */
  words: string;
  tone: Tone;
  ways: readonly Way[];
}

interface CaseStateEntry extends State {
  /** Nothing more comes of it. */
  closed?: true;
  /** Hours after which it expires. */
  lasts?: number;
}

export type StepOutcome = 'proved' | 'failed' | 'begun' | 'vouched' | 'stays' | 'skipped' | 'not done' | 'not needed';

interface StepStateEntry extends State {
  mark: string;
  /** Nothing more comes of it by itself. */
  settled?: true;
  /** A worker has it, or is to have it. */
  working?: true;
  /** Has not been before people in a stage yet. */
  unopened?: true;
  /** Where the report names it. */
  report: StepOutcome;
}

const open = ['planning', 'draft', 'submitted', 'awaiting-approval', 'running'];

export const caseStates = {
  planning: {
    means: 'Signoff looks at what would change, for the requester.',
    words: 'being looked at',
    tone: 'accent',
    ways: [{ to: 'draft', by: 'Signoff', on: 'the plan is drawn up' }],
  },
  draft: {
    means: 'The requester fills in the plan card.',
    words: 'plan to be filled in',
    tone: 'accent',
    lasts: 24,
    ways: [{ to: 'submitted', by: 'the requester', on: 'submit' }],
  },
  submitted: {
    means: 'Signoff looks again, with what the requester chose.',
    words: 'being planned',
    tone: 'accent',
    ways: [{ to: 'awaiting-approval', by: 'Signoff', on: 'the plan is drawn up' }],
  },
  'awaiting-approval': {
    means: 'Approvers decide on the plan.',
    words: 'waits for approval',
    tone: 'warning',
    lasts: 72,
    ways: [
      { to: 'running', by: 'an approver', on: 'approve' },
      { to: 'rejected', by: 'an approver', on: 'reject' },
    ],
  },
  running: {
    means: 'Stage after stage is confirmed and carried out.',
    words: 'under way',
    tone: 'accent',
    ways: [
      { to: 'awaiting-approval', by: 'Signoff', on: 'what would be done has changed' },
      { to: 'finished', by: 'Signoff', on: 'the last stage is over' },
    ],
  },
  finished: { means: 'Every step has settled.', words: 'finished', tone: 'good', closed: true, ways: [] },
  rejected: { means: 'An approver said no.', words: 'rejected', tone: 'attention', closed: true, ways: [] },
  canceled: {
    means: 'Somebody ended it; what was done stays done.',
    words: 'canceled',
    tone: 'default',
    closed: true,
    ways: [{ from: open, by: 'the team', on: 'cancel' }],
  },
  expired: {
    means: 'Nobody answered in time.',
    words: 'expired',
    tone: 'default',
    closed: true,
    ways: [{ from: ['draft', 'awaiting-approval'], by: 'Signoff', on: 'time is up' }],
  },
  refused: {
    means: 'The subject may not be touched (any more).',
    words: 'refused',
    tone: 'attention',
    closed: true,
    ways: [{ from: ['planning', 'submitted', 'running'], by: 'Signoff', on: 'the subject is protected, or gone' }],
  },
} as const satisfies Record<string, CaseStateEntry>;

/** Nothing was changed yet, so that a new plan takes the place of what was planned. */
const replanned = ['awaiting-confirmation', 'awaiting-second-approver', 'by-hand', 'queued', 'running', 'failed'];

export const stepStates = {
  planned: {
    means: 'Its stage has not come yet.',
    words: 'planned',
    mark: '○',
    tone: 'default',
    unopened: true,
    report: 'not done',
    ways: [
      { from: [...replanned, 'not-needed'], by: 'Signoff', on: 'what would be done has changed' },
      { to: 'awaiting-confirmation', by: 'Signoff', on: 'its stage opens' },
      { to: 'queued', by: 'Signoff', on: 'its stage opens, confirmed by the approval of an urgent plan' },
      { to: 'by-hand', by: 'Signoff', on: 'its stage opens, and no app may do it' },
      { to: 'not-needed', by: 'Signoff', on: 'its stage opens, and there is nothing to do' },
      { to: 'failed', by: 'Signoff', on: 'its stage opens, and it can’t be looked at' },
    ],
  },
  'not-needed': {
    means: 'There is nothing to do.',
    words: 'not needed',
    mark: '–',
    tone: 'default',
    settled: true,
    unopened: true,
    report: 'not needed',
    ways: [
      { from: replanned, by: 'Signoff', on: 'what would be done has changed' },
      { to: 'failed', by: 'Signoff', on: 'its stage opens, and it can’t be looked at' },
    ],
  },
  'awaiting-confirmation': {
    means: 'An approver is to confirm it.',
    words: 'waits for an approver',
    mark: '○',
    tone: 'accent',
    report: 'not done',
    ways: [
      { to: 'queued', by: 'an approver', on: 'confirm' },
      { to: 'awaiting-second-approver', by: 'an approver', on: 'confirm' },
      { to: 'skipped', by: 'an approver', on: 'skip' },
    ],
  },
  'awaiting-second-approver': {
    means: 'It destroys something and was confirmed once: a second approver is to agree.',
    words: 'waits for a second approver',
    mark: '○',
    tone: 'accent',
    report: 'not done',
    ways: [
      { to: 'queued', by: 'an approver', on: 'confirm' },
      { to: 'skipped', by: 'an approver', on: 'skip' },
    ],
  },
  'by-hand': {
    means: 'A person is to do it, and to say so.',
    words: 'to be done by hand',
    mark: '✋',
    tone: 'warning',
    report: 'stays',
    ways: [
      { to: 'verifying', by: 'the team', on: 'done' },
      { to: 'skipped', by: 'an approver', on: 'skip' },
    ],
  },
  queued: {
    means: 'Confirmed; a worker takes it when what comes before it is over, or when its time has come.',
    words: 'waiting',
    mark: '◔',
    tone: 'accent',
    working: true,
    report: 'not done',
    ways: [{ to: 'running', by: 'Signoff', on: 'a worker is free' }],
  },
  running: {
    means: 'A worker looks, notes what is there, and changes it.',
    words: 'running',
    mark: '◑',
    tone: 'accent',
    working: true,
    report: 'begun',
    ways: [
      { to: 'running', by: 'Signoff', on: 'it was interrupted' },
      { to: 'verifying', by: 'Signoff', on: 'the change is made' },
      { to: 'queued', by: 'Signoff', on: 'Microsoft 365 gave no clear answer' },
      { to: 'proved', by: 'Signoff', on: 'an earlier attempt did it' },
      { to: 'not-needed', by: 'Signoff', on: 'there is nothing left to do' },
      { to: 'awaiting-confirmation', by: 'Signoff', on: 'there is more to do than was confirmed' },
      { to: 'failed', by: 'Signoff', on: 'Microsoft 365 refused' },
    ],
  },
  verifying: {
    means: 'The change is made, or said to be; Signoff reads back.',
    words: 'done, being proved',
    mark: '◑',
    tone: 'accent',
    working: true,
    report: 'begun',
    ways: [
      { to: 'proved', by: 'Signoff', on: 'Microsoft 365 shows it' },
      { to: 'vouched', by: 'Signoff', on: 'it can’t be seen, and a person left a note' },
      { to: 'by-hand', by: 'Signoff', on: 'what a person said is not to be seen' },
      { to: 'failed', by: 'Signoff', on: 'Microsoft 365 does not show it in time' },
    ],
  },
  proved: {
    means: 'Microsoft 365 shows the change.',
    words: 'proved',
    mark: '✓',
    tone: 'good',
    settled: true,
    report: 'proved',
    ways: [],
  },
  vouched: {
    means: 'Done by hand where Signoff can’t look, on a person’s word.',
    words: 'done by hand',
    mark: '✓',
    tone: 'good',
    settled: true,
    report: 'vouched',
    ways: [],
  },
  failed: {
    means: 'Microsoft 365 refused, does not show it, or does not let it be looked at.',
    words: 'failed',
    mark: '✕',
    tone: 'attention',
    report: 'failed',
    ways: [
      { to: 'queued', by: 'the team', on: 'retry' },
      { to: 'skipped', by: 'an approver', on: 'skip' },
    ],
  },
  skipped: {
    means: 'An approver left it out.',
    words: 'skipped',
    mark: '–',
    tone: 'warning',
    settled: true,
    report: 'skipped',
    ways: [],
  },
} as const satisfies Record<string, StepStateEntry>;

export type CaseState = keyof typeof caseStates;
export type StepState = keyof typeof stepStates;

/** The entries without what is special about each: for whoever asks about any state. */
export const caseState = (state: CaseState): CaseStateEntry => caseStates[state];
export const stepState = (state: StepState): StepStateEntry => stepStates[state];

export interface Move {
  from: string;
  to: string;
  by: Mover;
  on: string;
}

/** Every way between the states, once. */
export function movesOf(states: Readonly<Record<string, State>>): Move[] {
  return Object.entries(states).flatMap(([name, { ways }]) =>
    ways.flatMap((way) => {
      const { by, on } = way;
      if ('to' in way) return [{ from: name, to: way.to, by, on }];
      return way.from.map((from) => ({ from, to: name, by, on }));
    }),
  );
}

/** Buttons: states of a step in which a person may press one of this name. */
export function statesWith(button: 'confirm' | 'skip' | 'done' | 'retry'): StepState[] {
  const names = movesOf(stepStates)
    .filter(({ on }) => on === button)
    .map(({ from }) => from);
  return (Object.keys(stepStates) as StepState[]).filter((state) => names.includes(state));
}

export const isSettled = ({ state }: { state: StepState }): boolean => stepState(state).settled === true;

/** @throws when no way leads there: a mistake of ours */
export function requireWay(states: Readonly<Record<string, State>>, from: string, to: string): void {
  if (!movesOf(states).some((move) => move.from === from && move.to === to))
    throw new Error(`no way leads from ${from} to ${to}`);
}
