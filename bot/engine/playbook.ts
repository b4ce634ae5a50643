import type { Step } from './step.ts';

/** An ordered checklist. Steps of a stage run side by side, but for those that come `after` others. */
export interface Playbook {
  id: string;
  /** Before the number of a case: `OFF` in OFF-42. */
  prefix: string;
  title: string;
  stages: readonly Stage[];
}

export interface Stage {
  title: string;
  steps: readonly PlaybookStep[];
}

export interface PlaybookStep {
  step: Step;
  /** Waits until these have settled (or failed): steps of the same stage. */
  after?: readonly Step[];
  /** Whether it waits as well for what people do by hand, perhaps in days. Default true. */
  waitsForHands?: false;
}

export interface PlacedStep extends PlaybookStep {
  stage: number;
  position: number;
}

export function placedSteps(playbook: Playbook): PlacedStep[] {
  return playbook.stages
    .flatMap(({ steps }, stage) => steps.map((entry) => ({ ...entry, stage })))
    .map((entry, position) => ({ ...entry, position }));
}

export function placedStep(playbook: Playbook, stepId: string): PlacedStep {
  const found = placedSteps(playbook).find(({ step }) => step.id === stepId);
  if (found === undefined) throw new Error(`${playbook.id} has no step ${stepId}`);
  return found;
}
