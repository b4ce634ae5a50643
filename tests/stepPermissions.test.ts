import assert from 'node:assert/strict';
import { previewStep } from '../bot/engine/plan.ts';
import { placedSteps } from '../bot/engine/playbook.ts';
import { AppError } from '../bot/errors.ts';
import { directoryRole, type ExchangeRight, readAccess } from '../bot/graph/access.ts';
import { GraphFailure } from '../bot/graph/failure.ts';
import type { PersonStep, WriteContext } from '../bot/people/step.ts';
import { offboardPerson } from '../bot/playbooks/offboardPerson.ts';
import { doneByPeople, givenFor } from './support/givenSteps.ts';
import { giveRoles, previewChange, proveSoon, type StepWorld, startStepWorld } from './support/stepWorld.ts';

const steps = placedSteps(offboardPerson)
  .map(({ step }) => step)
  .filter(({ id }) => !doneByPeople.has(id));
const {
  userAdministrator,
  privilegedAuthenticationAdministrator,
  globalAdministrator,
  exchangeAdministrator,
  exchangeRecipientAdministrator,
} = directoryRole;
const ofAdministrators = steps.filter((step) => step.directoryRole !== undefined);
const ofExchange = steps.filter((step) => step.exchange !== undefined);
const exchangeRoles: Record<ExchangeRight, string> = {
  recipients: exchangeRecipientAdministrator,
  hold: exchangeAdministrator,
};

describe('the rights that a step declares', () => {
  let world: StepWorld;
  before(async () => {
    world = await startStepWorld();
  });
  beforeEach(() => world.tenant.reset());
  after(() => world.tenant.close());

  interface Rights {
    permissions?: readonly string[];
    roles?: string[];
    exchange?: ExchangeRight | null;
  }

  /** Reads the person of the step with all rights, then leaves the app exactly these: the declared ones where left out. */
  async function contextWith(
    step: PersonStep,
    { permissions = step.permissions, roles = usual(step), exchange = exchangeOf(step) }: Rights = {},
    name?: string,
  ): Promise<WriteContext> {
    const { data } = world.tenant;
    const given = givenFor(step.id);
    world.tenant.reset();
    given.change?.(data);
    const person = name ?? given.person;
    const context = await world.contextOf(person, { successor: world.picked(given.successor), ...given.options });
    data.app.permissions = [...permissions, ...(exchange === null ? [] : ['Exchange.ManageAsApp'])];
    const held = exchange === null ? roles : [...roles, exchangeRoles[exchange]];
    giveRoles(data, ...held);
    // Without a permission to read roles the app would not know its own.
    const { exchange: mayDo } = await readAccess({ ...world.source, graph: { ...world.graph, list: rolesOf(held) } });
    const access = {
      ...context.access,
      permissions: new Set(permissions),
      directoryRoles: new Set(held),
      exchange: mayDo,
    };
    return { ...context, access };
  }

  const rolesOf = (held: string[]): typeof world.graph.list =>
    (async (_path: string, item: { parse(value: unknown): unknown }) =>
      held.map((roleDefinitionId) => item.parse({ roleDefinitionId }))) as typeof world.graph.list;

  async function goThrough(step: PersonStep, context: WriteContext): Promise<void> {
    const { planned } = await previewStep(step, context);
    assert.equal(planned.kind, 'change', planned.why ?? '');
    const { before } = await previewChange(step, context);
    await step.requireReady(context, before);
    await step.run(context, before);
    await proveSoon(step, context, before);
    await step.undo?.(context, before);
  }

  /** Goes ahead although the plan says no, as a step would whose declaration is wrong. */
  async function isDenied(step: PersonStep, context: WriteContext): Promise<void> {
    const all = async () => {
      const { before } = await previewChange(step, context);
      await step.requireReady(context, before);
      await step.run(context, before);
      await step.verify(context, before);
    };
    await assert.rejects(all, (error) => {
      const failure = error instanceof AppError && error.code === 'managed-by-others' ? error.cause : error;
      return failure instanceof GraphFailure && failure.kind === 'denied';
    });
  }

  async function isByHand(step: PersonStep, context: WriteContext, naming: string): Promise<void> {
    const { planned, before } = await previewStep(step, context);
    assert.equal(planned.kind, 'by-hand');
    assert.equal(before, undefined);
    assert.match(planned.why ?? '', new RegExp(`\\b${naming}\\b.*by hand\\.$`));
    assert.ok(planned.hand);
  }

  const usual = (step: PersonStep) => (step.directoryRole === 'always' ? [userAdministrator] : []);
  const exchangeOf = (step: PersonStep): ExchangeRight | null =>
    step.exchange ?? givenFor(step.id).looksAtExchange ?? null;

  for (const step of steps) {
    it(`are enough for ${step.id}`, async () => {
      await goThrough(step, await contextWith(step));
    });

    for (const permission of step.permissions) {
      it(`are each needed: ${step.id} can’t do without ${permission}`, async () => {
        const permissions = step.permissions.filter((name) => name !== permission);
        const context = await contextWith(step, { permissions });
        await isByHand(step, context, permission.replaceAll('.', '\\.'));
        await isDenied(step, context);
      });
    }
  }

  it('are all named at once when several are missing', async () => {
    for (const step of steps.filter(({ permissions }) => permissions.length > 1)) {
      const { planned } = await previewStep(step, await contextWith(step, { permissions: [], roles: [] }));
      for (const permission of step.permissions) assert.ok(planned.why?.includes(permission), planned.why ?? '');
    }
  });

  it('are asked for before anything is read, so that the plan can be drawn up without them', async () => {
    for (const step of steps) {
      const context = await contextWith(step, { permissions: [], roles: [], exchange: null });
      world.tenant.exchanges.length = 0;
      assert.equal((await previewStep(step, context)).planned.kind, 'by-hand');
      assert.deepEqual(world.tenant.exchanges, []);
    }
  });

  describe('in Exchange Online', () => {
    for (const step of ofExchange) {
      it(`are needed: ${step.id} can’t do without any`, async () => {
        const context = await contextWith(step, { exchange: null });
        await isByHand(step, context, 'Exchange Online');
        await isDenied(step, context);
      });

      it(`are not used by ${step.id} where EXCHANGE=off`, async () => {
        const context = await contextWith(step);
        const { exchange } = await readAccess({ ...world.source, exchange: 'off' });
        world.tenant.exchanges.length = 0;
        await isByHand(step, { ...context, access: { ...context.access, exchange } }, 'Exchange Online');
        assert.deepEqual(world.tenant.exchanges, []);
      });
    }

    for (const step of ofExchange.filter(({ exchange }) => exchange === 'hold')) {
      it(`are needed in full: ${step.id} can’t do as Exchange Recipient Administrator`, async () => {
        const context = await contextWith(step, { exchange: 'recipients' });
        assert.deepEqual([...context.access.exchange], ['recipients']);
        await isByHand(step, context, 'Exchange Administrator');
        await isDenied(step, context);
      });
    }

    it('are asked for by every step that uses Exchange, and by no other', async () => {
      for (const step of steps) {
        const context = await contextWith(step);
        world.tenant.exchanges.length = 0;
        await goThrough(step, context);
        const used = world.tenant.exchanges.some(({ path }) => path.startsWith('/adminapi/'));
        assert.equal(used, exchangeOf(step) !== null, step.id);
      }
    });
  });

  describe('elsewhere', () => {
    const named = (id: string): PersonStep => {
      const step = steps.find((one) => one.id === id);
      assert.ok(step);
      return step;
    };

    it('are told only by a call: without the role group of Purview the export is by hand, in Purview’s words', async () => {
      const step = named('export-content');
      const context = await contextWith(step);
      world.tenant.data.ediscovery.roleGroup = false;
      const { planned } = await previewStep(step, context);
      assert.equal(planned.kind, 'by-hand');
      assert.match(planned.why ?? '', /“The service principal is not a member of an eDiscovery role group.*by hand\.$/);
      await isDenied(step, context);
    });

    it('matter to no tenant without Intune: there are no devices to retire', async () => {
      const step = named('retire-or-wipe-devices');
      const context = await contextWith(step);
      world.tenant.data.premium.intune = false;
      assert.equal((await previewStep(step, context)).planned.kind, 'not-needed');
    });

    it('matter to no tenant without Entra ID P2: only active roles are taken away', async () => {
      const step = named('remove-directory-roles');
      const context = await contextWith(step);
      const all = await previewChange(step, context);
      world.tenant.data.premium.p2 = false;
      const { changes } = await previewChange(step, context);
      assert.deepEqual(
        changes,
        all.changes.filter((words) => !words.includes('eligible')),
      );
      await goThrough(step, context);
    });
  });

  describe('as directory roles of the app', () => {
    it('let nobody reset a password without User Administrator', async () => {
      for (const step of steps.filter(({ directoryRole: role }) => role === 'always')) {
        const context = await contextWith(step, { roles: [] });
        await isByHand(step, context, 'User Administrator');
        await isDenied(step, context);
      }
    });

    for (const step of ofAdministrators) {
      it(`let ${step.id} touch a privileged person only as Privileged Authentication Administrator or higher`, async () => {
        const context = await contextWith(step, { roles: [userAdministrator] }, 'rafael');
        assert.equal(context.subject.guarded, true);
        await isByHand(step, context, 'Privileged Authentication Administrator');
        await isDenied(step, context);
        for (const role of [privilegedAuthenticationAdministrator, globalAdministrator])
          await goThrough(step, await contextWith(step, { roles: [role] }, 'rafael'));
      });

      it(`let ${step.id} touch the holder of a light role only as User Administrator or higher`, async () => {
        const context = await contextWith(step, { roles: [] }, 'kwame');
        assert.deepEqual([context.subject.guarded, context.subject.roles.length], [false, 1]);
        await isByHand(step, context, 'User Administrator');
        await isDenied(step, context);
        for (const role of [userAdministrator, privilegedAuthenticationAdministrator])
          await goThrough(step, await contextWith(step, { roles: [role] }, 'kwame'));
      });
    }

    for (const step of steps.filter(({ directoryRole: role }) => role === undefined)) {
      it(`don’t matter to ${step.id}, even for a privileged person`, async () => {
        const context = await contextWith(step, { roles: [] });
        await goThrough(step, { ...context, subject: { ...context.subject, guarded: true, roles: ['Everything'] } });
      });
    }
  });
});
