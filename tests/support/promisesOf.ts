import assert from 'node:assert/strict';
import { hours, minutes } from '../../bot/clock.ts';
import type { Step } from '../../bot/engine/step.ts';
import { belongings, concerns, contractSuite, forgetful, found, without } from './stepContract.ts';
import { previewChange, proveSoon, stateOf, writesIn } from './stepWorld.ts';

const sentence = /^[\p{Lu}\d][^\n]*\S\.$/u;
const british =
  /licence|organis|authoris|synchronis|recognis|behaviour|colour|favour|centre\b|catalogue|programme|cancelled/i;

/** What every step keeps, whatever it does. */
export function promisesOf(step: Step): void {
  describe(`every step keeps the contract: ${step.id}`, () => {
    const suite = contractSuite(step);
    const { given, state } = suite;

    it('is named after its file', async () => {
      const stem = step.id.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
      const file = (await import(`../../bot/steps/${stem}.ts`)) as Record<string, Step>;
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
      const untouched = structuredClone(suite.world.tenant.data);
      const { changes, leaves = [] } = await previewChange(step, suite.context);
      assert.deepEqual(writesIn(suite.world.tenant.exchanges), []);
      assert.deepEqual(suite.world.tenant.data, untouched);
      assert.ok(changes.length > 0);
      for (const words of [...changes, ...leaves]) {
        assert.match(words, /^[^\n]*\S$/);
        assert.doesNotMatch(words, /undefined|null|NaN|\[object/);
      }
    });

    it('sees the same twice, so that an approval stays good', async () => {
      assert.deepEqual(await previewChange(step, suite.context), await previewChange(step, suite.context));
    });

    const { takes } = step;
    if (takes !== undefined)
      it('says in words how long it takes to show, where that is not seconds', () => {
        assert.match(takes.usually, /^within /);
        assert.ok(takes.atMost > minutes(2) && takes.atMost <= hours(72));
      });

    it('notes a before that survives the journal and its own schema', async () => {
      const found = await step.preview(suite.context);
      assert.ok('before' in found);
      const kept: unknown = JSON.parse(JSON.stringify(found.before));
      assert.deepEqual(kept, found.before);
      assert.deepEqual(step.before.parse(kept), found.before);
    });

    it('is not proved before it ran, and only reads to find out', async () => {
      const { before } = await previewChange(step, suite.context);
      const verdict = await step.verify(suite.context, before);
      assert.ok('notYet' in verdict, JSON.stringify(verdict));
      assert.match(verdict.notYet, sentence);
      assert.deepEqual(writesIn(suite.world.tenant.exchanges), []);
    });

    it('is proved after it ran', async () => {
      const { before } = await previewChange(step, suite.context);
      await step.run(suite.context, before);
      assert.match(await proveSoon(step, suite.context, before), sentence);
    });

    it(`touches nobody but the subject${given.alsoWrites ? `, but for this: ${given.alsoWrites.why}` : ''}`, async () => {
      const { before } = await previewChange(step, suite.context);
      const { own } = belongings(suite.world, suite.context);
      const others = () => without(belongings(suite.world, suite.context).others, given.alsoChanges?.parts);
      const untouched = stateOf(others());
      await step.run(suite.context, before);
      const strange = writesIn(suite.world.tenant.exchanges).filter((write) => !concerns(write, own));
      assert.deepEqual(
        strange.filter((write) => !given.alsoWrites?.is(write)),
        [],
      );
      assert.equal(strange.length > 0, given.alsoWrites !== undefined);
      assert.deepEqual(stateOf(others()), untouched);
    });

    it('does the same when it runs twice', async () => {
      const { before } = await previewChange(step, suite.context);
      await step.run(suite.context, before);
      const once = state();
      await step.run(suite.context, before);
      assert.deepEqual(state(), once);
      await proveSoon(step, suite.context, before);
    });

    it('is proved without doing anything again after a crash between the change and the record', async () => {
      const { before } = await previewChange(step, suite.context);
      await step.run(suite.context, before);
      const done = writesIn(suite.world.tenant.exchanges).length;
      const verdict = await step.verify(suite.context, before);
      assert.ok('proved' in verdict || 'ordered' in verdict, JSON.stringify(verdict));
      assert.equal(writesIn(suite.world.tenant.exchanges).length, done);
    });

    it('is proved by what was noted, whatever is chosen since', async () => {
      const { before } = await previewChange(step, suite.context);
      await step.run(suite.context, before);
      await proveSoon(step, forgetful(suite.context), before);
    });

    it('gives nothing to a successor who is blocked by then, and sends nobody to them', async () => {
      const { before } = await previewChange(step, suite.context);
      const { id, userPrincipalName } = suite.world.tenant.person(given.successor);
      const concerned = async () => {
        await step.requireReady(suite.context, before);
        await step.run(suite.context, before);
        return writesIn(suite.world.tenant.exchanges).some(({ path, requestBody }) =>
          [id, userPrincipalName].some((one) => `${path} ${JSON.stringify(requestBody ?? '')}`.includes(one)),
        );
      };
      const gives = await concerned();
      suite.world.tenant.reset();
      suite.world.tenant.exchanges.length = 0;
      suite.world.tenant.person(given.successor).accountEnabled = false;
      if (!gives) assert.equal(await concerned(), false);
      else await assert.rejects(step.requireReady(suite.context, before), { code: 'successor-unfit' });
      if (gives) assert.deepEqual(writesIn(suite.world.tenant.exchanges), []);
    });

    const { later } = given;
    if (later === undefined) {
      it(`finds nothing new after the preview: ${given.nothingCanCome}`, () => {
        assert.match(given.nothingCanCome ?? '', /^\p{Ll}.{15}/u);
      });
    } else {
      const comes = () =>
        later(
          suite.world.tenant.data,
          found(
            suite.world.tenant.data.users.find(({ id, userPrincipalName }) =>
              given.partner === undefined
                ? id === suite.context.subject.id
                : userPrincipalName.startsWith(`${given.person}@`),
            ),
          ),
        );
      /** As if it had come when all was over. */
      const doneThenCome = async (): Promise<unknown> => {
        const { before } = await previewChange(step, suite.context);
        await step.run(suite.context, before);
        comes();
        const all = state();
        suite.world.tenant.reset();
        return all;
      };
      const told = / \d+ [a-z -]+ came after the plan and stays?\.$/;

      it('leaves what came after the preview, is proved all the same, and says so', async () => {
        const left = await doneThenCome();
        const { before } = await previewChange(step, suite.context);
        comes();
        const verdict = await step.verify(suite.context, before);
        assert.ok('notYet' in verdict, JSON.stringify(verdict));
        await step.run(suite.context, before);
        assert.deepEqual(state(), left);
        const proof = await proveSoon(step, forgetful(suite.context), before);
        assert.match(proof, sentence);
        assert.match(proof, told);
      });

      it('does not widen by a retry: what came after the first run stays', async () => {
        const left = await doneThenCome();
        const { before } = await previewChange(step, suite.context);
        await step.run(suite.context, before);
        comes();
        for (const attempt of [1, 2]) await step.run({ ...suite.context, attempt }, before);
        assert.deepEqual(state(), left);
        assert.match(await proveSoon(step, suite.context, before), told);
      });

      if (step.undo !== undefined) {
        it('puts back by undo what was there, and leaves what came later', async () => {
          comes();
          const untouched = state();
          suite.world.tenant.reset();
          const { before } = await previewChange(step, suite.context);
          comes();
          await step.run(suite.context, before);
          await step.undo!(forgetful(suite.context), before);
          assert.deepEqual(state(), untouched);
        });
      }
    }
  });
}
