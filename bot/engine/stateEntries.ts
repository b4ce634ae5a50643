/** Who makes a move: Signoff by itself, the requester, an approver, or anybody of the three groups. */
export type Mover = 'Signoff' | 'the requester' | 'an approver' | 'the team';

/** A way out of the state that it stands in (`to`), or into it (`from`): so a new state brings along what it needs. */
export type Way = { by: Mover; on: string } & ({ to: string } | { from: readonly string[] });

export type Tone = 'default' | 'accent' | 'good' | 'warning' | 'attention';

export interface State {
  means: string;
  /** As people read it. */
  words: string;
  tone: Tone;
  ways: readonly Way[];
}

export interface CaseStateEntry extends State {
  /** Nothing more comes of it. */
  closed?: true;
  /** Hours after which it expires. */
  lasts?: number;
}

export type StepOutcome =
  | 'proved'
  | 'ordered'
  | 'failed'
  | 'begun'
  | 'vouched'
  | 'stays'
  | 'skipped'
  | 'not done'
  | 'not needed';

export interface StepStateEntry extends State {
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
