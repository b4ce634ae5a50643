import assert from 'node:assert/strict';
import { cloudNames, clouds } from '../../bot/clouds.ts';
import { checkByHand, previewStep } from '../../bot/engine/plan.ts';
import { placedSteps } from '../../bot/engine/playbook.ts';
import { offboardPerson } from '../../bot/playbooks/offboardPerson.ts';
import { givenFor } from '../support/givenSteps.ts';
import { type StepWorld, startStepWorld } from '../support/stepWorld.ts';

const steps = placedSteps(offboardPerson).map(({ step }) => step);
/** Steps whose calls Microsoft's pages leave out for a cloud. */
const missing = {
  global: [],
  gcc: [],
  'gcc-high': ['release-phone-number'],
  dod: ['release-phone-number'],
  china: ['export-content', 'release-phone-number', 'remove-sign-in-methods'],
} as const;

describe('what a cloud of Microsoft’s does not have', () => {
  let world: StepWorld;
  before(async () => {
    world = await startStepWorld();
  });
  beforeEach(() => world.tenant.reset());
  after(() => world.tenant.close());

  for (const name of cloudNames) {
    it(`is done by hand, and taken at a person’s word: ${name}`, async () => {
      const byHand: string[] = [];
      for (const step of steps) {
        const given = givenFor(step.id);
        world.tenant.reset();
        given.change?.(world.tenant.data);
        const context = {
          ...(await world.contextOf(given.person, { successor: world.picked(given.successor), ...given.options })),
          cloud: clouds[name],
        };
        const lacks = step.lacks(context);
        if (lacks === null) continue;
        byHand.push(step.id);
        assert.equal(lacks, 'In this cloud of Microsoft’s no app may do this: it is done by hand.');
        world.tenant.exchanges.length = 0;
        const { planned } = await previewStep(step, context);
        assert.deepEqual([planned.kind, planned.why], ['by-hand', lacks]);
        assert.equal(await checkByHand(step, context, new Date(0)), null);
        assert.deepEqual(world.tenant.exchanges, [], 'nothing is asked that is not there');
      }
      assert.deepEqual(byHand.toSorted(), missing[name]);
    });
  }

  it('is said of mailboxes where no app is known to reach Exchange', async () => {
    const step = steps.find(({ id }) => id === 'hide-from-address-list');
    assert.ok(step);
    const context = await world.contextOf('jane');
    const access = { ...context.access, exchange: new Set<never>() };
    assert.equal(
      step.lacks({ ...context, access, cloud: clouds.china }),
      'In this cloud Signoff does not work in Exchange Online: it is done by hand.',
    );
    assert.equal(step.lacks({ ...context, cloud: clouds.china }), null, 'unless it has been let in there');
  });

  it('is named by its address in the very Graph that is called', () => {
    assert.deepEqual(world.graph.reference('/users/1'), { '@odata.id': `${world.tenant.url}/v1.0/users/1` });
  });
});
