import type { Card } from '../cards/card.ts';
import type { Log } from '../log.ts';
import type { Outbox } from './outbox.ts';

/** Cards that were answered before all of it was known, and fill in by themselves: one that was tapped since does not. */
export class FollowUps {
  readonly #outbox: Pick<Outbox, 'edit'>;
  readonly #log: Log;
  /** What each message shows now; whatever began before is over. */
  readonly #shows = new Map<string, AsyncIterable<Card>>();

  constructor(outbox: Pick<Outbox, 'edit'>, log: Log) {
    this.#outbox = outbox;
    this.#log = log;
  }

  /** @param to the conversation’s key */
  begin(to: string, activityId: string, later: AsyncIterable<Card>): void {
    this.#shows.set(activityId, later);
    this.#follow(to, activityId, later)
      // The card says itself what it does not show; its age tells the rest.
      .catch((error: unknown) => this.#log.warn({ error }, 'a card could not be filled in'))
      .finally(() => {
        if (this.#shows.get(activityId) === later) this.#shows.delete(activityId);
      });
  }

  /** The message shows something else from now on. */
  end(activityId: string): void {
    this.#shows.delete(activityId);
  }

  async #follow(to: string, activityId: string, later: AsyncIterable<Card>): Promise<void> {
    for await (const card of later) {
      if (this.#shows.get(activityId) !== later) return;
      await this.#outbox.edit(to, activityId, { card });
    }
  }
}
