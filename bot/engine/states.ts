import type { CaseStateEntry, Mover, State, StepStateEntry } from './stateEntries.ts';
import { stepStates } from './stepStates.ts';

export type { StepOutcome, Tone } from './stateEntries.ts';
export { stepStates } from './stepStates.ts';

/**
 * Every state of a case and of a step: what it means, what people read, and the ways between them. Buttons, status words
 * and the diagram in CONTRIBUTING are derived from here, and no state is changed in a way that is not named here.
 */

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
    ways: [
      { to: 'planning', by: 'the requester', on: 'update' },
      { to: 'submitted', by: 'the requester', on: 'submit' },
    ],
  },
  submitted: {
    means: 'Signoff looks again, with what the requester chose.',
    words: 'being planned',
    tone: 'accent',
    ways: [
      { to: 'awaiting-approval', by: 'Signoff', on: 'the plan is drawn up' },
      { to: 'draft', by: 'Signoff', on: 'it destroys or loses more than the requester saw' },
    ],
  },
  'awaiting-approval': {
    means: 'Approvers decide on the plan.',
    words: 'waits for approval',
    tone: 'warning',
    lasts: 72,
    ways: [
      { to: 'running', by: 'an approver', on: 'approve' },
      { to: 'rejected', by: 'an approver', on: 'reject' },
      { to: 'draft', by: 'the requester', on: 'withdraw' },
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
  rejected: {
    means: 'An approver said no.',
    words: 'rejected',
    tone: 'attention',
    closed: true,
    ways: [{ to: 'planning', by: 'the requester', on: 'edit' }],
  },
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
