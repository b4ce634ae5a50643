import type { Clock } from '../clock.ts';
import type { Look } from './lookAt.ts';
import type { Looked } from './plan.ts';
import type { Case } from './readCase.ts';
import { recentMs } from './subjects.ts';

type Opening = Pick<Case, 'id' | 'stage' | 'version'>;

/**
 * What was found a moment ago, so that it need not be looked for twice: only in this process, and only for seconds. Without
 * it everything is looked at when its turn comes.
 */
export class Looks {
  readonly #clock: Clock;
  readonly #stages = new Map<string, { at: number; look: Promise<Look> }>();
  readonly #steps = new Map<string, { at: number; looked: Looked }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Begins to look at a stage that may be opened in a moment. */
  ahead(opening: Opening, begin: () => Promise<Look>): void {
    this.#forgetOld();
    const look = begin();
    // Whoever opens the stage looks again, and hears of it then.
    look.catch(() => this.#stages.delete(stageKey(opening)));
    this.#stages.set(stageKey(opening), { at: this.#clock.monotonic(), look });
  }

  /** The look that was begun ahead, or null. */
  takeStage(opening: Opening): Promise<Look> | null {
    this.#forgetOld();
    const found = this.#stages.get(stageKey(opening));
    this.#stages.delete(stageKey(opening));
    return found?.look ?? null;
  }

  /** What a step will do at once, as it was found when its stage was opened. */
  keepStep(opening: Opening, stepId: string, looked: Looked): void {
    this.#steps.set(stepKey(opening, stepId), { at: this.#clock.monotonic(), looked });
  }

  takeStep(opening: Opening, stepId: string): Looked | null {
    this.#forgetOld();
    const found = this.#steps.get(stepKey(opening, stepId));
    this.#steps.delete(stepKey(opening, stepId));
    return found?.looked ?? null;
  }

  #forgetOld(): void {
    const oldest = this.#clock.monotonic() - recentMs;
    for (const kept of [this.#stages, this.#steps]) for (const [key, { at }] of kept) if (at < oldest) kept.delete(key);
  }
}

const stageKey = ({ id, stage, version }: Opening): string => `${id}/${stage}/${version}`;
const stepKey = (opening: Opening, stepId: string): string => `${stageKey(opening)}/${stepId}`;
