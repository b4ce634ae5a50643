import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { managedDeviceSchema } from '../../infra/local/tenant/deviceSchema.ts';
import type { Exchange } from '../../infra/local/tenant/server.ts';
import { approved, button, journaled, press, pressed, step, stepIs, submitted, writes } from '../support/journey.ts';
import { people, type World } from '../support/signoff.ts';
import { startSimpleWorld } from '../support/simpleJane.ts';

/** A confirmation is for what stood on the card: more than that, though it was in the plan, is asked about anew. */
describe('a step that does more by now than was confirmed', () => {
  let world: World;
  let onCall: (exchange: Exchange) => void;
  beforeEach(async () => {
    onCall = () => undefined;
    world = await startSimpleWorld({
      onExchange: (exchange) => onCall(exchange),
      change(data) {
        const jane = data.users.find(({ userPrincipalName }) => userPrincipalName === 'jane@contoso.com')!;
        const like = { userId: jane.id, operatingSystem: 'Windows', azureADDeviceId: randomUUID() };
        data.managedDevices.push(
          managedDeviceSchema.parse({
            ...like,
            id: randomUUID(),
            deviceName: 'LAPTOP',
            managedDeviceOwnerType: 'company',
          }),
          managedDeviceSchema.parse({
            ...like,
            id: randomUUID(),
            deviceName: 'PHONE',
            managedDeviceOwnerType: 'personal',
            deviceEnrollmentType: 'userEnrollment',
          }),
        );
      },
    });
  });
  afterEach(() => world[Symbol.asyncDispose]());

  const laptop = () => world.tenant.data.managedDevices.find(({ deviceName }) => deviceName === 'LAPTOP')!;
  const wipes = () => writes(world).filter((call) => call.endsWith('/wipe'));

  it('wipes nothing that one person confirmed as a mere retirement, and then takes two', async () => {
    const caseId = await submitted(world, { inputs: { devices: 'wipe' } });
    // Somebody else’s order is under way when the stage opens, and is taken back before the step runs.
    laptop().managementState = 'wipeIssued';
    await pressed(world, people.approver, { verb: 'approve', caseId });
    await stepIs(world, caseId, 'retire-or-wipe-devices', 'awaiting-confirmation');
    const confirm = await button(world, people.approver, { verb: 'confirm', caseId, step: 'retire-or-wipe-devices' });
    laptop().managementState = 'managed';
    await press(world, people.approver, confirm);
    await stepIs(world, caseId, 'retire-or-wipe-devices', 'awaiting-confirmation');
    const [again] = await journaled(world, caseId, 'offered-again');
    assert.equal(
      again?.words,
      'Retire or wipe devices: waits for an approver again. There is more to do by now than was confirmed.',
    );
    assert.deepEqual(writes(world), []);

    await world.card(people.approver, 'everything erased', 'There is more to do by now than was confirmed.');
    await pressed(
      world,
      people.approver,
      { verb: 'confirm', caseId, step: 'retire-or-wipe-devices' },
      { reason: 'Both are ours' },
    );
    assert.deepEqual(wipes(), []);
    await pressed(world, people.second, { verb: 'confirm', caseId, step: 'retire-or-wipe-devices' });
    await stepIs(world, caseId, 'retire-or-wipe-devices', 'ordered');
    assert.deepEqual(wipes(), [`POST /deviceManagement/managedDevices/${laptop().id}/wipe`]);
    assert.match(JSON.stringify((await world.ask(people.helpdesk, 'status OFF-1')).card), /The case is as they say/);
  });

  it('wipes nothing in an urgent case, where nobody confirms what retires', async () => {
    const caseId = await submitted(world, {
      sentence: 'offboard jane@contoso.com urgent',
      inputs: { devices: 'wipe' },
    });
    laptop().managementState = 'wipeIssued';
    // The order is taken back right after the stage has been looked at.
    onCall = ({ method, path }) => {
      if (method === 'GET' && path.includes('/managedDevices')) laptop().managementState = 'managed';
    };
    await pressed(world, people.approver, { verb: 'approve', caseId });
    await stepIs(world, caseId, 'retire-or-wipe-devices', 'awaiting-confirmation');
    await stepIs(world, caseId, 'block-sign-in', 'proved');
    assert.deepEqual(wipes(), []);
  });

  it('takes nobody for a second approver who is not on record', async () => {
    const caseId = await approved(world, { inputs: { devices: 'wipe' } });
    await pressed(
      world,
      people.approver,
      { verb: 'confirm', caseId, step: 'retire-or-wipe-devices' },
      { reason: 'Ours' },
    );
    await stepIs(world, caseId, 'retire-or-wipe-devices', 'awaiting-second-approver');
    await world.signoff.runtime.db
      .updateTable('caseSteps')
      .set({ state: 'queued' })
      .where('stepId', '=', 'retire-or-wipe-devices')
      .execute();
    await world.signoff.runtime.dispatcher.wake('lock-out', `${caseId}/retire-or-wipe-devices`);
    await stepIs(world, caseId, 'retire-or-wipe-devices', 'awaiting-confirmation');
    assert.deepEqual(wipes(), []);
    assert.equal((await step(world, caseId, 'retire-or-wipe-devices')).confirmedBy, null);
  });
});
