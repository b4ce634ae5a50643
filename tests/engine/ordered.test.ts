import assert from 'node:assert/strict';
import { disagreements } from '../../bot/cases/disagreements.ts';
import { days, hours } from '../../bot/clock.ts';
import type { Playbook } from '../../bot/engine/playbook.ts';
import { removeLicenses } from '../../bot/steps/removeLicenses.ts';
import { wipeAppData } from '../../bot/steps/wipeAppData.ts';
import { idle, jumpingClock, letPass } from '../support/clock.ts';
import {
  approved,
  calls,
  canceled,
  caseIs,
  caseRow,
  confirmUntil,
  entries,
  journaled,
  pressed,
  step,
  stepIs,
} from '../support/journey.ts';
import { people, startWorld, type World } from '../support/signoff.ts';

/** An order to a device may take days: nothing waits for it, and nobody calls it done before it is. */
describe('a step that Microsoft 365 has only taken the order for', () => {
  let world: World;
  const clock = jumpingClock();
  beforeEach(async () => {
    world = await startWorld({ parts: () => ({ clock }) });
    const playbooks = world.signoff.runtime.playbooks as Playbook[];
    const [ours] = playbooks as [Playbook];
    const stages = [wipeAppData, removeLicenses].map((one) => ({ title: one.title, steps: [{ step: one }] }));
    playbooks.splice(0, 1, { ...ours, stages });
  });
  afterEach(() => world[Symbol.asyncDispose]());

  const wipe = 'wipe-app-data';
  const jane = () => world.tenant.person('jane').id;

  const fits = async (caseId: number) =>
    assert.deepEqual(
      await disagreements(world.signoff.runtime, await caseRow(world, caseId), await entries(world, caseId)),
      [],
    );

  async function ordered(): Promise<number> {
    const inputs = { successor: 'luca@contoso.com', endState: 'keep', appData: 'true' };
    const caseId = await approved(world, { inputs });
    await pressed(world, people.approver, { verb: 'confirm', caseId, step: wipe });
    await stepIs(world, caseId, wipe, 'ordered');
    return caseId;
  }

  it('holds up no stage, is called ordered, and is proved when it is carried out', async () => {
    const caseId = await ordered();
    await confirmUntil(world, caseId, 'remove-licenses');
    await idle(world, clock);
    assert.equal((await journaled(world, caseId, 'step-ordered', wipe)).length, 1);
    for (const registration of world.tenant.data.appRegistrations.filter(({ userId }) => userId === jane()))
      for (const operation of registration.operations) operation.state = 'completed';
    await letPass(world, clock, hours(2));
    await stepIs(world, caseId, wipe, 'proved');
  });

  const operations = () =>
    world.tenant.data.appRegistrations.filter(({ userId }) => userId === jane()).flatMap((one) => one.operations);
  const told = (person: string, ...words: string[]) => world.card(person, 'Remove app data from phones', ...words);
  const toldOnce = async (person: string, words: string) =>
    assert.equal((await world.teams.messages(person)).filter(({ text }) => text?.includes(words)).length, 1);
  /** As after so many looks. */
  const looksForMonths = async () => {
    const steps = world.signoff.runtime.db.updateTable('caseSteps').set({ waitedMs: days(30) });
    await steps.where('stepId', '=', wipe).execute();
    await letPass(world, clock, hours(2));
  };

  it('is looked at for a month, and then left to people with a message', async () => {
    const caseId = await ordered();
    await looksForMonths();
    const { words } = await stepIs(world, caseId, wipe, 'not-seen');
    assert.match(words ?? '', /^Ordered for 1 phone; .* Not carried out within 30 days: look there by hand\.$/);
    for (const person of [people.helpdesk, people.approver]) await told(person, 'Not carried out within 30 days');
    await letPass(world, clock, hours(24));
    await idle(world, clock);
    assert.equal((await step(world, caseId, wipe)).state, 'not-seen');
    await toldOnce(people.helpdesk, 'Not carried out within 30 days');
    await fits(caseId);
  });

  it('is tried to be looked at no longer than that where Microsoft 365 does not let it be', async () => {
    const caseId = await ordered();
    world.tenant.setFaults({ kinds: ['refuse'], match: 'GET /users/.*managedAppRegistrations' });
    await letPass(world, clock, hours(2));
    await idle(world, clock);
    assert.equal((await step(world, caseId, wipe)).state, 'ordered', 'once is nothing');
    await looksForMonths();
    const { words } = await stepIs(world, caseId, wipe, 'not-seen');
    assert.match(words ?? '', / So it is not known whether it was carried out within 30 days: look there by hand\.$/);
    const looked = () => calls(world, 'GET', /managedAppRegistrations/).length;
    const before = looked();
    for (const person of [people.helpdesk, people.approver]) await told(person, 'it is not known whether');
    await letPass(world, clock, days(2));
    await idle(world, clock);
    assert.equal(looked(), before);
  });

  it('tells whoever acted in the case when it fails after the case is over', async () => {
    const caseId = await ordered();
    await canceled(world, people.helpdesk, caseId);
    for (const operation of operations()) operation.state = 'failed';
    await letPass(world, clock, hours(2));
    await stepIs(world, caseId, wipe, 'failed');
    for (const person of [people.helpdesk, people.approver, people.second]) {
      const { text } = await told(person, 'has failed since');
      assert.match(
        text ?? '',
        /^OFF-1 · Jane Miller leaves: “Remove app data from phones” has failed since the case ended\. Intune reports that it failed for /,
      );
      await toldOnce(person, 'has failed since');
    }
    await world.card(people.helpdesk, '1 failed');
    await fits(caseId);
  });

  it('tells of it at once when it fails while a later stage is open', async () => {
    const caseId = await ordered();
    await confirmUntil(world, caseId, 'remove-licenses');
    for (const operation of operations()) operation.state = 'failed';
    await letPass(world, clock, hours(2));
    await stepIs(world, caseId, wipe, 'failed');
    const { text } = await told(people.helpdesk, 'has failed since');
    assert.match(
      text ?? '',
      /has failed since its stage was over\. .* Signoff asks about it again after the last stage\.$/,
    );
    await pressed(world, people.approver, { verb: 'confirm', caseId, step: 'remove-licenses' });
    await pressed(world, people.helpdesk, { verb: 'retry', caseId, step: wipe });
    await stepIs(world, caseId, wipe, 'ordered');
    await told(people.helpdesk, 'looked after by now');
    await caseIs(world, caseId, 'finished');
  });
});
