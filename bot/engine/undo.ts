import { z } from 'zod';
import { type Playbook, type PlaybookStep, placedSteps, type Stage } from './playbook.ts';
import {
  type Change,
  type Changes,
  changeSchema,
  type Deed,
  defineStep,
  type Hand,
  type NoChange,
  type ReadContext,
  type Step,
  type Verdict,
} from './step.ts';
import type { Subject, SubjectKind } from './subject.ts';

/** How a case that takes another one back is called. */
export type UndoNames = Pick<Playbook, 'id' | 'prefix' | 'title' | 'words'>;

/**
 * The playbook that takes a case back: its steps in reverse order, each undone with what was noted before it. What was
 * changed since is left alone. It is planned, approved, run and proved like every case.
 */
export function undoOf<S extends Subject, O, T extends Step<S, O>>(
  playbook: Playbook<S, O, T>,
  names: UndoNames,
): Playbook<S, O, Step<S, O>> {
  const kind = kindOf(playbook.subject);
  const backwards = new Map(placedSteps(playbook).map(({ step }) => [step.id, undoStep<S, O>(step, kind)]));
  const backward = ({ id }: T): Step<S, O> => {
    const step = backwards.get(id);
    if (step === undefined) throw new Error(`${playbook.id} has no step ${id}`);
    return step;
  };
  const reversed = ({ title, steps }: Stage<T>): Stage<Step<S, O>> => ({
    title,
    steps: steps.toReversed().map(({ step }): PlaybookStep<Step<S, O>> => {
      const after = steps.filter((other) => other.after?.some(({ id }) => id === step.id)).map((other) => other.step);
      return { step: backward(step), ...(after.length > 0 && { after: after.map(backward) }) };
    }),
  });
  return {
    ...names,
    undoes: playbook.id,
    subject: kind,
    choices: {},
    stages: playbook.stages.toReversed().map(reversed),
    receivers: () => [],
    handsOver: [],
    shutsOut: [],
  };
}

const kindOf = <S extends Subject, O>(kind: SubjectKind<S, O>): SubjectKind<S, O> => ({
  ...kind,
  read: async (reading, _id, requesterId) =>
    kind.readBack(reading, kind.schema.parse(await reading.noted()), requesterId),
  // Nothing is chosen, so nobody is in conflict by a choice.
  conflict: (subject, _options, actorId) => (kind.isOf(subject, actorId) ? 'are whom it is about' : null),
  warnings: () => [],
});

/** What is taken back: it stood when the plan was made. */
const before = z.object({ changes: z.array(changeSchema) });

/** The same step, backwards: what its case did is what it puts back. */
export function undoStep<S extends Subject, O>(
  step: Step<S, O>,
  { isGone }: Pick<SubjectKind<S, O>, 'isGone'>,
): Step<S, O> {
  const { id, title, permissions, takes, lacks, blind, mayPass } = step;
  const deedOf = ({ undone }: Pick<ReadContext, 'undone'>): Deed | undefined => {
    if (undone === null) throw new Error(`${id} is undone in a case that takes none back`);
    return undone.get(id);
  };
  /** What the step would do now: whatever of its changes is among it does not stand any more. */
  const anew = async (context: ReadContext<S, O>): Promise<Changes<unknown> | NoChange> =>
    step.appliesTo?.(context.subject, context.options) ?? step.preview(context);
  /** Null where it can't be seen. */
  async function areBack(context: ReadContext<S, O>, changes: readonly Change[]): Promise<Verdict | null> {
    const now = await anew(context);
    if ('byHand' in now) return null;
    const [[first, ...others]] = parted(changes, 'notNeeded' in now ? [] : now.changes);
    if (first === undefined) return { proved: `It is as it was before ${context.caseName}.` };
    return { notYet: `Not back yet: ${first.says}${others.length > 0 ? ` (and ${others.length} more)` : ''}.` };
  }
  const hand = (subject: S, options: O): Hand => ({
    ...step.byHand(subject, options),
    clicks: ['Put back what the case changed here; its report and its journal name it.'],
    command: null,
  });

  return defineStep<S, O, z.output<typeof before>>(
    {
      id,
      title,
      does: `Takes back: ${step.does}`,
      permissions,
      ...(takes && { takes }),
      before,

      async preview(context) {
        const deed = deedOf(context);
        if (deed === undefined || step.looksOnly)
          return { notNeeded: 'Nothing was done, or it is not to be taken back.' };
        if (step.cannotUndo !== null) return { notNeeded: 'It can’t be taken back.', leaves: [step.cannotUndo] };
        if ('byHand' in deed)
          return { byHand: `It was done by hand, and is taken back so. ${deed.byHand}`, unseen: true };
        const now = isGone?.(context.subject) ? { changes: [] } : await anew(context);
        if ('byHand' in now) return { byHand: now.byHand, unseen: true };
        const [standing, changed] = parted(deed.changes, 'notNeeded' in now ? [] : now.changes);
        const leaves = changed.map(({ says }) => `Was changed since, and is left alone: ${says}`);
        if (standing.length === 0)
          return { notNeeded: 'Nothing of it is as the case left it, so it is left alone.', leaves };
        return {
          before: { changes: standing },
          changes: standing.map(({ says, touches }) => ({ says: `Taken back: ${says}`, touches })),
          leaves: [...leaves, ...(step.backAnew === undefined ? [] : [step.backAnew])],
        };
      },
      async run(context) {
        const deed = deedOf(context);
        if (deed === undefined || 'byHand' in deed || step.undo === undefined)
          throw new Error(`${id} did nothing that could be undone`);
        await step.undo(context, deed.before);
      },
      async verify(context, { changes }) {
        return (await areBack(context, changes)) ?? { notYet: 'Signoff can’t look whether it is back.' };
      },
      byHand: hand,
      async verifyByHand(context) {
        const deed = deedOf(context);
        return deed === undefined || 'byHand' in deed || blind(context) ? null : areBack(context, deed.changes);
      },
      // Whoever wants it again asks for it anew; that is no warning to be read on the plan.
      undo: () => Promise.reject(new Error('an undo is not undone')),
    },
    { lacks, blind, holdsBack: () => null, mayPass },
  );
}

/**
 * Those of the first that are not among the second, and those that are. What was made again has another id, and reads the
 * same; each stands for one alone, since two groups of one name read the same as well.
 */
export function parted(all: readonly Change[], others: readonly Change[]): [Change[], Change[]] {
  const left = [...others];
  const take = (is: (other: Change) => boolean): boolean => {
    const at = left.findIndex(is);
    if (at >= 0) left.splice(at, 1);
    return at >= 0;
  };
  const same = new Set(all.filter((one) => take((other) => other.touches.join() === one.touches.join())));
  for (const one of all) if (!same.has(one) && take((other) => other.says === one.says)) same.add(one);
  return [all.filter((one) => !same.has(one)), all.filter((one) => same.has(one))];
}
