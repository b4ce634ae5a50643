import assert from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';
import type { Changes, Step } from '../../bot/engine/step.ts';
import { undoStep } from '../../bot/engine/undo.ts';
import { contractSuite, faultAt, forgetful, found, isAmbiguous, isRefused, without } from './stepContract.ts';
import { flat, previewChange, proveSoon, stateOf, writesIn } from './stepWorld.ts';

/** What every step keeps when it is done again, or undone. */
export function promisesAgain(step: Step): void {
  describe(`every step, done again or undone: ${step.id}`, () => {
    const suite = contractSuite(step);
    const { given, state } = suite;

    if (given.once) {
      it('is done once, though its answer was lost and reads are old for a moment', async () => {
        const { before } = await previewChange(step, suite.context);
        const untouched = JSON.stringify(suite.world.tenant.data);
        await step.run(suite.context, before);
        const once = writesIn(suite.world.tenant.exchanges);
        const done = state();
        suite.world.tenant.reset();
        suite.world.tenant.exchanges.length = 0;
        const match = faultAt(found(once[0]), untouched);
        suite.world.tenant.setFaults({ kinds: ['timeoutAfter'], match, count: 1, hangMs: 5, staleMs: 1500 });
        await assert.rejects(step.run(suite.context, before), isAmbiguous);
        await step.run({ ...suite.context, attempt: 2 }, before);
        assert.deepEqual(state(), done);
        assert.deepEqual(
          writesIn(suite.world.tenant.exchanges).map(({ method }) => method),
          once.map(({ method }) => method),
        );
      });
    }

    it('waits, and neither doubts nor believes, while reads are old', async () => {
      const { before } = await previewChange(step, suite.context);
      suite.world.tenant.setFaults({ staleMs: 60_000 });
      await step.run(suite.context, before);
      const verdict = await step.verify(suite.context, before);
      assert.ok('notYet' in verdict, JSON.stringify(verdict));
    });

    if (given.doubledWhileOld === undefined)
      it(`runs again without harm while reads are old${given.refusedWhileOld ? `, but is refused: ${given.refusedWhileOld}` : ''}`, async () => {
        const { before } = await previewChange(step, suite.context);
        suite.world.tenant.setFaults({ staleMs: 60_000 });
        await step.run(suite.context, before);
        const once = state();
        if (given.refusedWhileOld === undefined) await step.run(suite.context, before);
        else await assert.rejects(step.run(suite.context, before), isRefused);
        assert.deepEqual(state(), once);
      });

    it('is proved once old reads have passed', async () => {
      const { before } = await previewChange(step, suite.context);
      suite.world.tenant.setFaults({ staleMs: 100 });
      await step.run(suite.context, before);
      await proveSoon(step, suite.context, before);
    });

    it('comes through a connection that breaks after any of its writes', async () => {
      const { before } = await previewChange(step, suite.context);
      const untouched = JSON.stringify(suite.world.tenant.data);
      await step.run(suite.context, before);
      const done = state();
      const writes = writesIn(suite.world.tenant.exchanges).map((write) => faultAt(write, untouched));
      assert.ok(writes.length > 0);
      for (const [index, write] of writes.entries()) {
        suite.world.tenant.reset();
        suite.world.tenant.setFaults({ kinds: ['timeoutAfter'], match: write, count: 1, hangMs: 5 });
        await assert.rejects(step.run(suite.context, before), isAmbiguous, write);
        // Of several alike the first one is hit.
        const isLast = index === writes.length - 1 && writes.indexOf(write) === index;
        if (isLast) await proveSoon(step, suite.context, before);
        else await step.run(suite.context, before);
        await proveSoon(step, suite.context, before);
        assert.deepEqual(state(), done, `after a break at ${write}`);
      }
    });

    if (step.undo !== undefined) {
      const undo = (before: unknown) => step.undo!(forgetful(suite.context), before);
      const left = given.undoLeaves;
      const putBack = () => stateOf(without(suite.world.tenant.data, left?.parts));

      it(`puts back what was there, once or twice${left ? `, but for this: ${left.why}` : ''}`, async () => {
        const untouched = putBack();
        const { before } = await previewChange(step, suite.context);
        const all = state();
        await step.run(suite.context, before);
        assert.notDeepEqual(state(), all);
        await undo(before);
        assert.deepEqual(putBack(), untouched);
        assert.equal(isDeepStrictEqual(state(), all), left === undefined);
        await undo(before);
        assert.deepEqual(putBack(), untouched);
        if (left !== undefined) return;
        const verdict = await step.verify(suite.context, before);
        assert.ok('notYet' in verdict, JSON.stringify(verdict));
      });

      it('is taken back in a case of its own, which sees what stands and proves that it is back', async () => {
        const untouched = putBack();
        const { before, changes } = (await step.preview(suite.context)) as Changes<unknown>;
        await step.run(suite.context, before);
        await proveSoon(step, suite.context, before);
        const back = undoStep(step, {});
        const context = { ...suite.context, undone: new Map([[step.id, { before, changes }]]) };
        const plan = await previewChange(back, context);
        assert.deepEqual(plan.touches, flat(changes).touches);
        assert.ok('notYet' in (await back.verify(context, plan.before)));
        await back.run(context, plan.before);
        await proveSoon(back, context, plan.before);
        assert.deepEqual(putBack(), untouched);
        assert.ok('notNeeded' in (await back.preview(context)));
      });

      it('has nothing to put back when it never ran', async () => {
        const untouched = state();
        const { before } = await previewChange(step, suite.context);
        await undo(before);
        assert.deepEqual(state(), untouched);
      });

      it('can be done again after it was undone', async () => {
        const { before } = await previewChange(step, suite.context);
        await step.run(suite.context, before);
        const done = putBack();
        await undo(before);
        await step.run(suite.context, before);
        assert.deepEqual(putBack(), done);
        await proveSoon(step, suite.context, before);
      });
    }
  });
}
