import assert from 'node:assert/strict';
import { previewStep } from '../bot/engine/plan.ts';
import { placedSteps } from '../bot/engine/playbook.ts';
import type { Step, WriteContext } from '../bot/engine/step.ts';
import { directoryRole } from '../bot/graph/access.ts';
import { GraphFailure } from '../bot/graph/failure.ts';
import { offboardPerson } from '../bot/playbooks/offboardPerson.ts';
import { giveRoles, previewChange, proveSoon, type StepWorld, startStepWorld } from './support/stepWorld.ts';

const steps = placedSteps(offboardPerson).map(({ step }) => step);
const { userAdministrator, privilegedAuthenticationAdministrator, globalAdministrator } = directoryRole;
const ofAdministrators = steps.filter((step) => step.directoryRole !== undefined);

describe('the rights that a step declares', () => {
  let world: StepWorld;
  before(async () => {
    world = await startStepWorld();
  });
  beforeEach(() => world.tenant.reset());
  after(() => world.tenant.close());

  /** Reads the person with all rights, then leaves the app exactly these. */
  async function contextWith(name: string, permissions: readonly string[], roles: string[]): Promise<WriteContext> {
    const { data } = world.tenant;
    const context = await world.contextOf(name);
    data.app.permissions = [...permissions];
    giveRoles(data, ...roles);
    return {
      ...context,
      access: { ...context.access, permissions: new Set(permissions), directoryRoles: new Set(roles) },
    };
  }

  async function goThrough(step: Step, context: WriteContext): Promise<void> {
    const { planned } = await previewStep(step, context);
    assert.equal(planned.kind, 'change', planned.why ?? '');
    const { before } = await previewChange(step, context);
    await step.run(context, before);
    await proveSoon(step, context, before);
    await step.undo?.(context, before);
  }

  /** Goes ahead although the plan says no, as a step would whose declaration is wrong. */
  async function isDenied(step: Step, context: WriteContext): Promise<void> {
    const all = async () => {
      const { before } = await previewChange(step, context);
      await step.run(context, before);
      await step.verify(context, before);
    };
    await assert.rejects(all, (error) => error instanceof GraphFailure && error.kind === 'denied');
  }

  async function isByHand(step: Step, context: WriteContext, naming: string): Promise<void> {
    const { planned, before } = await previewStep(step, context);
    assert.equal(planned.kind, 'by-hand');
    assert.equal(before, undefined);
    assert.match(planned.why ?? '', new RegExp(`\\b${naming}\\b.*by hand\\.$`));
  }

  const usual = (step: Step) => (step.directoryRole === 'always' ? [userAdministrator] : []);

  for (const step of steps) {
    it(`are enough for ${step.id}`, async () => {
      await goThrough(step, await contextWith('jane', step.permissions, usual(step)));
    });

    for (const permission of step.permissions) {
      it(`are each needed: ${step.id} can’t do without ${permission}`, async () => {
        const others = step.permissions.filter((name) => name !== permission);
        const context = await contextWith('jane', others, usual(step));
        await isByHand(step, context, permission.replaceAll('.', '\\.'));
        await isDenied(step, context);
      });
    }
  }

  it('are all named at once when several are missing', async () => {
    for (const step of steps.filter(({ permissions }) => permissions.length > 1)) {
      const { planned } = await previewStep(step, await contextWith('jane', [], []));
      for (const permission of step.permissions) assert.ok(planned.why?.includes(permission), planned.why ?? '');
      world.tenant.reset();
    }
  });

  it('are asked for before anything is read, so that the plan can be drawn up without them', async () => {
    const context = await contextWith('jane', [], []);
    world.tenant.exchanges.length = 0;
    for (const step of steps) assert.equal((await previewStep(step, context)).planned.kind, 'by-hand');
    assert.deepEqual(world.tenant.exchanges, []);
  });

  describe('as directory roles of the app', () => {
    it('let nobody reset a password without User Administrator', async () => {
      for (const step of steps.filter(({ directoryRole: role }) => role === 'always')) {
        const context = await contextWith('jane', step.permissions, []);
        await isByHand(step, context, 'User Administrator');
        await isDenied(step, context);
        world.tenant.reset();
      }
    });

    for (const step of ofAdministrators) {
      it(`let ${step.id} touch a privileged person only as Privileged Authentication Administrator or higher`, async () => {
        const context = await contextWith('rafael', step.permissions, [userAdministrator]);
        assert.equal(context.subject.privileged, true);
        await isByHand(step, context, 'Privileged Authentication Administrator');
        await isDenied(step, context);
        for (const role of [privilegedAuthenticationAdministrator, globalAdministrator]) {
          world.tenant.reset();
          await goThrough(step, await contextWith('rafael', step.permissions, [role]));
        }
      });

      it(`let ${step.id} touch the holder of a light role only as User Administrator or higher`, async () => {
        const context = await contextWith('kwame', step.permissions, []);
        assert.deepEqual([context.subject.privileged, context.subject.roles.length], [false, 1]);
        await isByHand(step, context, 'User Administrator');
        await isDenied(step, context);
        for (const role of [userAdministrator, privilegedAuthenticationAdministrator]) {
          world.tenant.reset();
          await goThrough(step, await contextWith('kwame', step.permissions, [role]));
        }
      });
    }

    for (const step of steps.filter(({ directoryRole: role }) => role === undefined)) {
      it(`don’t matter to ${step.id}, even for a privileged person`, async () => {
        await goThrough(step, await contextWith('rafael', step.permissions, []));
      });
    }
  });
});
