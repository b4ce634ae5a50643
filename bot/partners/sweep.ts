import { z } from 'zod';
import { cameLater } from '../engine/cameLater.ts';
import type { Hand, Patience, StepBase } from '../engine/step.ts';
import type { GraphFailure } from '../graph/failure.ts';
import { isMissing } from '../graph/failure.ts';
import type { BatchCall, Graph } from '../graph/graph.ts';
import { definePartnerStep, type PartnerStep, type ReadContext, type WriteContext } from './step.ts';
import type { PartnerSubject } from './subject.ts';

/** What is there of one kind, and what stays of it for people. */
export interface Found<Item> {
  items: Item[];
  leaves?: string[];
  warns?: string[];
}

/** One kind of thing that a partner has many of, each taken away by one call. */
interface Sweep<Item> {
  id: string;
  title: string;
  does: string;
  permissions: readonly string[];
  destructive?: true;
  /** Each is felt by people of one’s own: confirmed by itself alone. */
  apart?: true;
  takes?: Patience;
  item: z.ZodType<Item>;
  /** Why not for this partner or these choices, in a sentence. */
  unless?(context: ReadContext): string | null;
  /** Those that are still to be taken away. */
  find(context: ReadContext): Promise<Found<Item>>;
  /** Why there is nothing to do. */
  none: string;
  /** What makes it the same one, also when it was made again and has another id. */
  key(item: Item): string;
  says(item: Item): string;
  /** What is agreed to, where the sentence counts what changes by itself. */
  binds?(item: Item): string;
  name(item: Item): string;
  remove(item: Item, context: WriteContext): BatchCall;
  /** What Graph says of one that is taken away already. Default: that it is not there. */
  alreadyGone?(failure: Error): boolean;
  /** How it is put back; null when it can’t be any more. */
  restore(item: Item, context: WriteContext): BatchCall | null;
  backAnew?: StepBase<PartnerSubject, unknown, unknown>['backAnew'];
  /** One of them, and several. */
  nouns: readonly [string, string];
  /** To follow a number and the noun: “was taken away”, “were taken away”. */
  done: readonly [string, string];
  /** Whether one that no longer shows is where it should be. */
  isSafe?(context: ReadContext, item: Item): Promise<boolean>;
  hand(subject: PartnerSubject): Hand;
}

/** Takes away what the plan names, proves that none of it is left, and puts back what is missing. */
export function definePartnerSweep<Item>(sweep: Sweep<Item>): PartnerStep {
  const { id, title, does, permissions, destructive, apart, takes, item, find, key, backAnew } = sweep;
  const alreadyGone = sweep.alreadyGone ?? isMissing;
  const among = (items: readonly Item[]) => (one: Item) => items.some((other) => key(other) === key(one));

  return definePartnerStep<{ items: Item[] }>({
    id,
    title,
    does,
    permissions,
    ...(destructive && { destructive }),
    ...(takes && { takes }),
    ...(backAnew && { backAnew }),
    before: z.object({ items: z.array(item) }),

    async preview(context) {
      const not = sweep.unless?.(context) ?? null;
      if (not !== null) return { notNeeded: not };
      const { items, ...rest } = await find(context);
      if (items.length === 0) return { notNeeded: sweep.none, ...rest };
      return {
        before: { items },
        changes: items.map((one) => ({
          says: sweep.says(one),
          touches: [key(one)],
          ...(sweep.binds && { binds: sweep.binds(one) }),
        })),
        ...rest,
        ...(destructive && { destroys: true }),
        ...(apart && { apart }),
      };
    },
    async run(context, { items }) {
      const { items: now } = await find(context);
      const left = now.filter(among(items));
      await send(
        context.graph,
        left.map((one) => sweep.remove(one, context)),
        alreadyGone,
      );
    },
    async verify(context, { items }) {
      const { items: now } = await find(context);
      const left = now.filter(among(items));
      if (left.length > 0) return { notYet: `Still there: ${left.map(sweep.name).join(', ')}.` };
      const lost = sweep.isSafe === undefined ? [] : await unsafe(context, items, sweep.isSafe);
      if (lost.length > 0) return { notYet: `Gone, but not where it should be: ${lost.map(sweep.name).join(', ')}.` };
      const [one, several] = sweep.nouns;
      const done = items.length === 1 ? `1 ${one} ${sweep.done[0]}` : `${items.length} ${several} ${sweep.done[1]}`;
      return { proved: `${done}.${cameLater(now.length, one, several)}` };
    },
    byHand: (subject) => sweep.hand(subject),
    async undo(context, { items }) {
      const { items: now } = await find(context);
      const missing = items.filter((one) => !among(now)(one));
      await send(
        context.graph,
        missing.flatMap((one) => sweep.restore(one, context) ?? []),
        () => false,
      );
    },
  });
}

async function unsafe<Item>(
  context: ReadContext,
  items: readonly Item[],
  isSafe: (context: ReadContext, item: Item) => Promise<boolean>,
): Promise<Item[]> {
  const judged = await Promise.all(items.map(async (one) => ({ one, safe: await isSafe(context, one) })));
  return judged.filter(({ safe }) => !safe).map(({ one }) => one);
}

async function send(graph: Graph, calls: BatchCall[], harmless: (failure: Error) => boolean): Promise<void> {
  if (calls.length === 0) return;
  for (const answer of await graph.batch(calls))
    if (!answer.ok && !harmless(answer.failure as GraphFailure)) throw answer.failure;
}
