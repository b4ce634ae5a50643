import assert from 'node:assert/strict';
import { checkByHand, previewStep } from '../../bot/engine/plan.ts';
import type { PersonStep } from '../../bot/people/step.ts';
import { cancelMeetings } from '../../bot/steps/cancelMeetings.ts';
import { convertMailbox } from '../../bot/steps/convertMailbox.ts';
import { delegateMailbox } from '../../bot/steps/delegateMailbox.ts';
import { holdMailbox } from '../../bot/steps/holdMailbox.ts';
import { removeForwarding } from '../../bot/steps/removeForwarding.ts';
import { removeMailRules } from '../../bot/steps/removeMailRules.ts';
import { removeMobilePartnerships } from '../../bot/steps/removeMobilePartnerships.ts';
import { setAutoReply } from '../../bot/steps/setAutoReply.ts';
import { type StepWorld, startStepWorld } from '../support/stepWorld.ts';

const steps: PersonStep[] = [
  cancelMeetings,
  convertMailbox,
  delegateMailbox,
  holdMailbox,
  removeForwarding,
  removeMailRules,
  removeMobilePartnerships,
  setAutoReply,
];

describe('where Microsoft 365 shows no mailbox', () => {
  let world: StepWorld;
  before(async () => {
    world = await startStepWorld();
  });
  beforeEach(() => world.tenant.reset());
  after(() => world.tenant.close());

  const contextOf = (name: string) => world.contextOf(name, { endState: 'shared' });

  for (const step of steps) {
    it(`and it is on premises, people do it there: ${step.id}`, async () => {
      const context = await contextOf('stellan');
      const { planned } = await previewStep(step, context);
      assert.deepEqual(
        [planned.kind, planned.why],
        ['by-hand', 'The mailbox is in your own Exchange, where Signoff changes nothing.'],
      );
      assert.equal(planned.hand?.where, 'the Exchange Management Shell on one of your Exchange servers');
      assert.equal(planned.hand?.command, step.byHand(context.subject, context.options).command);
      assert.equal(await checkByHand(step, context, new Date()), null, 'Signoff can’t see what they have done');
    });

    it(`and none is on premises either, it is not needed: ${step.id}`, async () => {
      world.tenant.person('stellan').onPremisesMailbox = false;
      const { planned } = await previewStep(step, await contextOf('stellan'));
      assert.deepEqual([planned.kind, planned.why], ['not-needed', 'There is no mailbox.']);
    });
  }

  it('and Signoff may not look in Exchange, it says that it does not know', async () => {
    const context = await contextOf('stellan');
    const blind = { ...context, access: { ...context.access, exchange: new Set<never>() } };
    for (const step of [cancelMeetings, removeMailRules, setAutoReply]) {
      const { planned } = await previewStep(step, blind);
      assert.equal(planned.kind, 'by-hand');
      assert.match(planned.why ?? '', /^Microsoft 365 shows no mailbox, and Signoff may not look whether/);
      assert.match(planned.hand?.clicks[0] ?? '', /^Look whether the mailbox is there\./);
    }
  });

  it('of somebody of the cloud alone, there is none: nothing is asked of Exchange', async () => {
    world.tenant.exchanges.length = 0;
    const { planned } = await previewStep(setAutoReply, await contextOf('tomasz'));
    assert.equal(planned.why, 'There is no mailbox.');
    assert.ok(!world.tenant.exchanges.some(({ path }) => path.startsWith('/adminapi/')));
  });
});
