import type { Choices } from './choices.ts';
import type { Step } from './step.ts';
import type { Subject, SubjectKind } from './subject.ts';

/** An ordered checklist. Steps of a stage run side by side, but for those that come `after` others. */
export interface Playbook<S extends Subject = Subject, O = unknown, T extends Step<S, O> = Step<S, O>> {
  id: string;
  /** Before the number of a case: `OFF` in OFF-42. */
  prefix: string;
  title: string;
  /** Id of the playbook whose cases it takes back. */
  undoes?: string;
  words: {
    /** As in "asked to … Jane Miller". */
    verb: string;
    /** The subject's name, and what it is about. */
    title(name: string): string;
    /** The subject's name, and that it is done. */
    done(name: string): string;
    stopped(name: string): string;
  };
  subject: SubjectKind<S, O>;
  choices: Choices<S>;
  stages: readonly Stage<T>[];
  /** Who has been handed something, and is told so once it is over. */
  receivers(options: O): { id: string; displayName: string }[];
  /** Texts that people may want to send once it is over. */
  letters?(subject: S, facts: LetterFacts): Letter[];
  /** What gives these people something: it stays with them, though the case ends before it is finished. */
  handsOver: readonly T[];
  /** Steps that are taken back together, with one tap, when people feel them; and the word for them. */
  takenBackTogether?: { word: string; steps: readonly T[] };
  /** Once these are proved, nobody gets in any more. */
  shutsOut: readonly T[];
}

/** What a text may say of a case that is over. */
export interface LetterFacts {
  caseName: string;
  /** When it was closed, as people write it. */
  day: string;
  /** Titles of steps that are not done. */
  open: readonly string[];
}
export interface Letter {
  /** Whom it is to. */
  title: string;
  text: string;
}

export interface Stage<T = Step> {
  title: string;
  steps: readonly PlaybookStep<T>[];
}

export interface PlaybookStep<T = Step> {
  step: T;
  /** Waits until these have settled (or failed): steps of the same stage. */
  after?: readonly T[];
  /** Whether it waits as well for what people do by hand, perhaps in days. Default true. */
  waitsForHands?: false;
  /**
   * Goes on as soon as Microsoft 365 has answered those, before they are proved, and with what was found before them. After
   * a lost answer its `run` looks whether it is done: what they changed must not be taken for its own doing.
   */
  onceAnswered?: true;
  /** Nor where one of those failed: somebody tries it again or leaves it out first. */
  notAfterFailure?: true;
}

export interface PlacedStep<T = Step> extends PlaybookStep<T> {
  stage: number;
  position: number;
}

export function placedSteps<T>({ stages }: { stages: readonly Stage<T>[] }): PlacedStep<T>[] {
  return stages
    .flatMap(({ steps }, stage) => steps.map((entry) => ({ ...entry, stage })))
    .map((entry, position) => ({ ...entry, position }));
}

export function placedStep(playbook: Playbook, stepId: string): PlacedStep {
  const found = placedSteps(playbook).find(({ step }) => step.id === stepId);
  if (found === undefined) throw new Error(`${playbook.id} has no step ${stepId}`);
  return found;
}
