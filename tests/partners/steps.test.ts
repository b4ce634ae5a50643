import assert from 'node:assert/strict';
import { previewStep } from '../../bot/engine/plan.ts';
import { placedSteps } from '../../bot/engine/playbook.ts';
import { AppError } from '../../bot/errors.ts';
import { GraphFailure } from '../../bot/graph/failure.ts';
import type { PartnerStep, WriteContext } from '../../bot/partners/step.ts';
import { removePartner } from '../../bot/playbooks/removePartner.ts';
import { doneByPeople, givenFor } from '../support/givenSteps.ts';
import { requireClear, requireEachCloud } from '../support/hands.ts';
import { previewChange, proveSoon, type StepWorld, startStepWorld } from '../support/stepWorld.ts';

const all = placedSteps(removePartner).map(({ step }) => step);
const steps = all.filter(({ id }) => !doneByPeople.has(id));

describe('the steps of a partner’s playbook', () => {
  let world: StepWorld;
  before(async () => {
    world = await startStepWorld({ partners: true });
  });
  beforeEach(() => world.tenant.reset());
  after(() => world.tenant.close());

  function contextOf(step: PartnerStep): Promise<WriteContext> {
    const { partner = 'Relecloud', partnerOptions, change } = givenFor(step.id);
    world.tenant.reset();
    change?.(world.tenant.data);
    return world.partnerContextOf(partner, partnerOptions);
  }

  /** Reads the partner with all rights, then leaves the app exactly these. */
  async function contextWith(step: PartnerStep, permissions: readonly string[]): Promise<WriteContext> {
    const context = await contextOf(step);
    world.tenant.data.app.permissions = [...permissions];
    return { ...context, access: { ...context.access, permissions: new Set(permissions) } };
  }

  async function goThrough(step: PartnerStep, context: WriteContext): Promise<void> {
    const { planned } = await previewStep(step, context);
    assert.equal(planned.kind, 'change', planned.why ?? '');
    const { before } = await previewChange(step, context);
    await step.requireReady(context, before);
    await step.run(context, before);
    await proveSoon(step, context, before);
    await step.undo?.(context, before);
  }

  for (const step of steps) {
    it(`declares rights that are enough: ${step.id}`, async () => {
      await goThrough(step, await contextWith(step, step.permissions));
    });

    for (const permission of step.permissions)
      it(`declares no right that it does not need: ${step.id} can’t do without ${permission}`, async () => {
        const context = await contextWith(
          step,
          step.permissions.filter((name) => name !== permission),
        );
        const { planned } = await previewStep(step, context);
        assert.equal(planned.kind, 'by-hand');
        assert.match(planned.why ?? '', new RegExp(`\\b${permission.replaceAll('.', '\\.')}\\b.*by hand\\.$`));
        const ahead = async () => {
          const { before } = await previewChange(step, context);
          await step.requireReady(context, before);
          await step.run(context, before);
          await step.verify(context, before);
        };
        await assert.rejects(ahead, (error) => {
          const failure = error instanceof AppError && error.code === 'held-by-others' ? error.cause : error;
          return failure instanceof GraphFailure && failure.kind === 'denied';
        });
      });
  }

  for (const step of all)
    it(`says who does it by hand, where and how, in each cloud: ${step.id}`, async () => {
      for (const name of ['Relecloud', 'Trey Research', 'VanArsdel']) {
        const { subject, options } = await world.partnerContextOf(name);
        const known = [subject, { ...subject, displayName: "O'Brien & Sons “IT” ’s", tenantId: null, domains: [] }];
        for (const one of known) {
          requireClear(step.byHand(one, options));
          requireEachCloud(step.byHand(one, options));
        }
      }
    });
});
