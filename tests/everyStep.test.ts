import assert from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';
import { placedSteps } from '../bot/engine/playbook.ts';
import { AppError } from '../bot/errors.ts';
import { GraphFailure } from '../bot/graph/failure.ts';
import type { PersonStep, WriteContext } from '../bot/people/step.ts';
import { offboardPerson } from '../bot/playbooks/offboardPerson.ts';
import type { Exchange, TenantData } from '../infra/local/tenant/server.ts';
import { givenFor, givenSteps, othersIn, ownIds } from './support/givenSteps.ts';
import {
  cmdletOf,
  previewChange,
  proveSoon,
  type StepWorld,
  startStepWorld,
  stateOf,
  writesIn,
} from './support/stepWorld.ts';

const steps = placedSteps(offboardPerson).map(({ step }) => step);
const sentence = /^[\p{Lu}\d][^\n]*\S\.$/u;
const british =
  /licence|organis|authoris|synchronis|recognis|behaviour|colour|favour|centre\b|catalogue|programme|cancelled/i;

describe('the steps of a playbook', () => {
  it('are there once each', () => {
    const ids = steps.map(({ id }) => id);
    assert.deepEqual(ids, [...new Set(ids)]);
  });

  it('are all in the table of what they are tried on, and nothing else is', () => {
    assert.deepEqual(Object.keys(givenSteps).toSorted(), steps.map(({ id }) => id).toSorted());
  });
});

for (const step of steps) {
  describe(`every step keeps the contract: ${step.id}`, () => {
    let world: StepWorld;
    let context: WriteContext;
    const given = givenFor(step.id);
    before(async () => {
      world = await startStepWorld(given.change === undefined ? {} : { change: given.change });
      context = await world.contextOf(given.person, { successor: world.picked(given.successor), ...given.options });
    });
    beforeEach(() => {
      world.tenant.reset();
      world.tenant.exchanges.length = 0;
    });
    after(() => world.tenant.close());

    const state = () => structuredClone(stateOf(world.tenant.data));

    it('is named after its file', async () => {
      const stem = step.id.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
      const file = (await import(`../bot/steps/${stem}.ts`)) as Record<string, PersonStep>;
      assert.equal(file[stem], step);
      assert.deepEqual(Object.keys(file), [stem], 'a file of a step exports the step alone');
    });

    it('says in plain US English what it is and does', () => {
      assert.match(step.title, /^\p{Lu}[^\n]*[^\s.]$/u);
      assert.match(step.does, sentence);
      for (const words of [step.title, step.does, step.cannotUndo ?? '']) assert.doesNotMatch(words, british);
    });

    it('can be undone, or says in a sentence why not', () => {
      assert.notEqual(step.undo === undefined, step.cannotUndo === null);
      if (step.cannotUndo !== null) assert.match(step.cannotUndo, sentence);
    });

    it('changes nothing in a preview, and says each change in words', async () => {
      const untouched = structuredClone(world.tenant.data);
      const { changes, leaves = [] } = await previewChange(step, context);
      assert.deepEqual(writesIn(world.tenant.exchanges), []);
      assert.deepEqual(world.tenant.data, untouched);
      assert.ok(changes.length > 0);
      for (const words of [...changes, ...leaves]) {
        assert.match(words, /^[^\n]*\S$/);
        assert.doesNotMatch(words, /undefined|null|NaN|\[object/);
      }
    });

    it('sees the same twice, so that an approval stays good', async () => {
      assert.deepEqual(await previewChange(step, context), await previewChange(step, context));
    });

    it('notes a before that survives the journal and its own schema', async () => {
      const found = await step.preview(context);
      assert.ok('before' in found);
      const kept: unknown = JSON.parse(JSON.stringify(found.before));
      assert.deepEqual(kept, found.before);
      assert.deepEqual(step.before.parse(kept), found.before);
    });

    it('is not proved before it ran, and only reads to find out', async () => {
      const { before } = await previewChange(step, context);
      const verdict = await step.verify(context, before);
      assert.ok('notYet' in verdict, JSON.stringify(verdict));
      assert.match(verdict.notYet, sentence);
      assert.deepEqual(writesIn(world.tenant.exchanges), []);
    });

    it('is proved after it ran', async () => {
      const { before } = await previewChange(step, context);
      await step.run(context, before);
      assert.match(await proveSoon(step, context, before), sentence);
    });

    it(`touches nobody but the person${given.alsoWrites ? `, but for this: ${given.alsoWrites.why}` : ''}`, async () => {
      const { before } = await previewChange(step, context);
      const own = ownIds(world.tenant.data, context.subject.id);
      const others = () => without(othersIn(world.tenant.data, context.subject.id), given.alsoChanges?.parts);
      const untouched = structuredClone(stateOf(others()));
      await step.run(context, before);
      const strange = writesIn(world.tenant.exchanges).filter((write) => !concerns(write, own));
      assert.deepEqual(
        strange.filter((write) => !given.alsoWrites?.is(write)),
        [],
      );
      assert.equal(strange.length > 0, given.alsoWrites !== undefined);
      assert.deepEqual(stateOf(others()), untouched);
    });

    it('does the same when it runs twice', async () => {
      const { before } = await previewChange(step, context);
      await step.run(context, before);
      const once = state();
      await step.run(context, before);
      assert.deepEqual(state(), once);
      await proveSoon(step, context, before);
    });

    it('is proved without doing anything again after a crash between the change and the record', async () => {
      const { before } = await previewChange(step, context);
      await step.run(context, before);
      const done = writesIn(world.tenant.exchanges).length;
      const verdict = await step.verify(context, before);
      assert.ok('proved' in verdict, JSON.stringify(verdict));
      assert.equal(writesIn(world.tenant.exchanges).length, done);
    });

    it('is proved by what was noted, whatever is chosen since', async () => {
      const { before } = await previewChange(step, context);
      await step.run(context, before);
      await proveSoon(step, forgetful(context), before);
    });

    it('gives nothing to a successor who is blocked by then, and sends nobody to them', async () => {
      const { before } = await previewChange(step, context);
      const { id, userPrincipalName } = world.tenant.person(given.successor);
      const concerned = async () => {
        await step.requireReady(context, before);
        await step.run(context, before);
        return writesIn(world.tenant.exchanges).some(({ path, requestBody }) =>
          [id, userPrincipalName].some((one) => `${path} ${JSON.stringify(requestBody ?? '')}`.includes(one)),
        );
      };
      const gives = await concerned();
      world.tenant.reset();
      world.tenant.exchanges.length = 0;
      world.tenant.person(given.successor).accountEnabled = false;
      if (!gives) assert.equal(await concerned(), false);
      else await assert.rejects(step.requireReady(context, before), { code: 'successor-unfit' });
      if (gives) assert.deepEqual(writesIn(world.tenant.exchanges), []);
    });

    const { later } = given;
    if (later === undefined) {
      it(`finds nothing new after the preview: ${given.nothingCanCome}`, () => {
        assert.match(given.nothingCanCome ?? '', /^\p{Ll}.{15}/u);
      });
    } else {
      const comes = () =>
        later(world.tenant.data, found(world.tenant.data.users.find(({ id }) => id === context.subject.id)));
      /** As if it had come when all was over. */
      const doneThenCome = async (): Promise<unknown> => {
        const { before } = await previewChange(step, context);
        await step.run(context, before);
        comes();
        const all = state();
        world.tenant.reset();
        return all;
      };
      const told = / \d+ [a-z -]+ came after the plan and stays?\.$/;

      it('leaves what came after the preview, is proved all the same, and says so', async () => {
        const left = await doneThenCome();
        const { before } = await previewChange(step, context);
        comes();
        const verdict = await step.verify(context, before);
        assert.ok('notYet' in verdict, JSON.stringify(verdict));
        await step.run(context, before);
        assert.deepEqual(state(), left);
        const proof = await proveSoon(step, forgetful(context), before);
        assert.match(proof, sentence);
        assert.match(proof, told);
      });

      it('does not widen by a retry: what came after the first run stays', async () => {
        const left = await doneThenCome();
        const { before } = await previewChange(step, context);
        await step.run(context, before);
        comes();
        for (const attempt of [1, 2]) await step.run({ ...context, attempt }, before);
        assert.deepEqual(state(), left);
        assert.match(await proveSoon(step, context, before), told);
      });

      if (step.undo !== undefined) {
        it('puts back by undo what was there, and leaves what came later', async () => {
          comes();
          const untouched = state();
          world.tenant.reset();
          const { before } = await previewChange(step, context);
          comes();
          await step.run(context, before);
          await step.undo!(forgetful(context), before);
          assert.deepEqual(state(), untouched);
        });
      }
    }

    if (given.once) {
      it('is done once, though its answer was lost and reads are old for a moment', async () => {
        const { before } = await previewChange(step, context);
        const untouched = JSON.stringify(world.tenant.data);
        await step.run(context, before);
        const once = writesIn(world.tenant.exchanges);
        const done = state();
        world.tenant.reset();
        world.tenant.exchanges.length = 0;
        const match = faultAt(found(once[0]), untouched);
        world.tenant.setFaults({ kinds: ['timeoutAfter'], match, count: 1, hangMs: 5, staleMs: 1500 });
        await assert.rejects(step.run(context, before), isAmbiguous);
        await step.run({ ...context, attempt: 2 }, before);
        assert.deepEqual(state(), done);
        assert.deepEqual(
          writesIn(world.tenant.exchanges).map(({ method }) => method),
          once.map(({ method }) => method),
        );
      });
    }

    it('waits, and neither doubts nor believes, while reads are old', async () => {
      const { before } = await previewChange(step, context);
      world.tenant.setFaults({ staleMs: 60_000 });
      await step.run(context, before);
      const verdict = await step.verify(context, before);
      assert.ok('notYet' in verdict, JSON.stringify(verdict));
    });

    it(`runs again without harm while reads are old${given.refusedWhileOld ? `, but is refused: ${given.refusedWhileOld}` : ''}`, async () => {
      const { before } = await previewChange(step, context);
      world.tenant.setFaults({ staleMs: 60_000 });
      await step.run(context, before);
      const once = state();
      if (given.refusedWhileOld === undefined) await step.run(context, before);
      else await assert.rejects(step.run(context, before), isRefused);
      assert.deepEqual(state(), once);
    });

    it('is proved once old reads have passed', async () => {
      const { before } = await previewChange(step, context);
      world.tenant.setFaults({ staleMs: 100 });
      await step.run(context, before);
      await proveSoon(step, context, before);
    });

    it('comes through a connection that breaks after any of its writes', async () => {
      const { before } = await previewChange(step, context);
      const untouched = JSON.stringify(world.tenant.data);
      await step.run(context, before);
      const done = state();
      const writes = writesIn(world.tenant.exchanges).map((write) => faultAt(write, untouched));
      assert.ok(writes.length > 0);
      for (const [index, write] of writes.entries()) {
        world.tenant.reset();
        world.tenant.setFaults({ kinds: ['timeoutAfter'], match: write, count: 1, hangMs: 5 });
        await assert.rejects(step.run(context, before), isAmbiguous, write);
        // Of several alike the first one is hit.
        const isLast = index === writes.length - 1 && writes.indexOf(write) === index;
        if (isLast) await proveSoon(step, context, before);
        else await step.run(context, before);
        await proveSoon(step, context, before);
        assert.deepEqual(state(), done, `after a break at ${write}`);
      }
    });

    if (step.undo !== undefined) {
      const undo = (context: WriteContext, before: unknown) => step.undo!(forgetful(context), before);
      const left = given.undoLeaves;
      const putBack = () => structuredClone(stateOf(without(world.tenant.data, left?.parts)));

      it(`puts back what was there, once or twice${left ? `, but for this: ${left.why}` : ''}`, async () => {
        const untouched = putBack();
        const { before } = await previewChange(step, context);
        const all = state();
        await step.run(context, before);
        assert.notDeepEqual(state(), all);
        await undo(context, before);
        assert.deepEqual(putBack(), untouched);
        assert.equal(isDeepStrictEqual(state(), all), left === undefined);
        await undo(context, before);
        assert.deepEqual(putBack(), untouched);
        if (left !== undefined) return;
        const verdict = await step.verify(context, before);
        assert.ok('notYet' in verdict, JSON.stringify(verdict));
      });

      it('has nothing to put back when it never ran', async () => {
        const untouched = state();
        const { before } = await previewChange(step, context);
        await undo(context, before);
        assert.deepEqual(state(), untouched);
      });

      it('can be done again after it was undone', async () => {
        const { before } = await previewChange(step, context);
        await step.run(context, before);
        const done = putBack();
        await undo(context, before);
        await step.run(context, before);
        assert.deepEqual(putBack(), done);
        await proveSoon(step, context, before);
      });
    }
  });
}

/** Whoever proves or undoes knows no more than was noted: not what is chosen on the plan card by now. */
function forgetful(context: WriteContext): WriteContext {
  const options = new Proxy(context.options, {
    get: (_, name) => assert.fail(`asks for the choice ${String(name)}, which was not noted`),
  });
  return { ...context, options };
}

function found<T>(value: T | undefined): T {
  assert.ok(value !== undefined);
  return value;
}

/** What of the tenant is left without these parts. */
function without(data: TenantData, parts: readonly (keyof TenantData)[] = []): TenantData {
  return { ...data, ...Object.fromEntries(parts.map((part) => [part, []])) };
}

function concerns({ path, requestBody }: Exchange, own: string[]): boolean {
  const named = `${decodeURIComponent(path)} ${JSON.stringify(requestBody ?? '')}`;
  return own.some((id) => named.includes(id));
}

/** Where a fault must strike to hit this write in another run: what got its id in this one has another there. */
function faultAt(write: Exchange, untouched: string): string {
  if (write.path.startsWith('/adminapi/')) return `POST /InvokeCommand/${cmdletOf(write).name}`;
  const segments = write.path
    .slice('/v1.0'.length)
    .split('/')
    .map((part) =>
      /^[0-9a-f-]{32,36}$/.test(part) && !untouched.includes(part) ? '[^/]+' : part.replace(/[.$()*+?]/g, '\\$&'),
    );
  return `^${write.method} ${segments.join('/')}$`;
}

const isRefused = (error: unknown): boolean =>
  (error instanceof GraphFailure && error.kind === 'refused') || (error instanceof AppError && isRefused(error.cause));
const isAmbiguous = (error: unknown): boolean => error instanceof GraphFailure && error.kind === 'ambiguous';
