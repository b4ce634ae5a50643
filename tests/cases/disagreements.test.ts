import assert from 'node:assert/strict';
import type { Updateable } from 'kysely';
import { disagreements } from '../../bot/cases/disagreements.ts';
import type { Playbook } from '../../bot/engine/playbook.ts';
import { blockSignIn } from '../../bot/steps/blockSignIn.ts';
import { deleteAccount } from '../../bot/steps/deleteAccount.ts';
import type { StepTable } from '../../bot/store/schema.ts';
import type { SeatMessage } from '../../infra/local/teams/server.ts';
import { approved, caseIs, caseRow, confirmUntil, entries, pressed, stepIs, submitted } from '../support/journey.ts';
import { people, type World } from '../support/signoff.ts';
import { startSimpleWorld } from '../support/simpleJane.ts';

/** The rows and the journal are written together: whoever changes one of them alone is found out. */
describe('the rows of a case', () => {
  let world: World;
  const start = async () => {
    // A token is asked for at each call, so that a right that is taken away counts at once.
    world = await startSimpleWorld({
      parts: (tenant) => ({
        credential: {
          getToken: async (scope) => ({
            token: await tenant.token(String(scope)),
            expiresOnTimestamp: Date.now() + 1000,
          }),
        },
      }),
    });
  };
  const stop = () => world[Symbol.asyncDispose]();

  const differing = async (caseId: number) =>
    disagreements(world.signoff.runtime, await caseRow(world, caseId), await entries(world, caseId));
  /** In the answer to `status`. */
  async function says(sentence: string): Promise<void> {
    const before = new Set((await world.teams.messages(people.approver)).map(({ id }) => id));
    await world.teams.say(people.approver, 'status OFF-1');
    const isAnswer = ({ id, card }: SeatMessage) => !before.has(id) && JSON.stringify(card ?? '').includes(sentence);
    await world.teams.waitFor(people.approver, isAnswer);
  }
  const db = () => world.signoff.runtime.db;
  const changeStep = (stepId: string, change: Updateable<StepTable>) =>
    db().updateTable('caseSteps').set(change).where('stepId', '=', stepId).execute();
  /** A case with everything in it: a plan that changed, a step that failed and was skipped, and what was proved. */
  async function startedCase(): Promise<number> {
    const caseId = await approved(world);
    await confirmUntil(world, caseId, 'remove-group-memberships');
    world.tenant.groupNamed('Marketing').members.push(world.tenant.person('jane').id);
    await pressed(world, people.approver, { verb: 'confirm', caseId, step: 'remove-group-memberships' });
    await caseIs(world, caseId, 'awaiting-approval');
    assert.deepEqual(await differing(caseId), []);
    await pressed(world, people.second, { verb: 'approve', caseId });
    await stepIs(world, caseId, 'remove-group-memberships', 'awaiting-confirmation');
    return caseId;
  }

  it('are as the journal tells it, from the first look to the end', async () => {
    await start();
    const caseId = await submitted(world);
    assert.deepEqual(await differing(caseId), []);
    await pressed(world, people.approver, { verb: 'approve', caseId });
    const { app } = world.tenant.data;
    app.permissions = app.permissions.filter((one) => one !== 'User.EnableDisableAccount.All');
    await pressed(world, people.approver, { verb: 'confirm', caseId, step: 'block-sign-in' });
    await stepIs(world, caseId, 'block-sign-in', 'failed');
    assert.deepEqual(await differing(caseId), []);
    await pressed(world, people.approver, { verb: 'skip', caseId, step: 'block-sign-in' });
    await confirmUntil(world, caseId, 'remove-licenses');
    await pressed(world, people.approver, { verb: 'confirm', caseId, step: 'remove-licenses' });
    await caseIs(world, caseId, 'finished');
    assert.deepEqual(await differing(caseId), []);
    await says('none changed or missing. The case is as they say.');
    await stop();
  });

  const tampering: [string, string[], (caseId: number) => Promise<unknown>][] = [
    [
      'the state of the case',
      ['where the case is'],
      () => db().updateTable('cases').set({ state: 'finished' }).execute(),
    ],
    [
      'the choices',
      ['the choices'],
      async (caseId) => {
        const { options } = await caseRow(world, caseId);
        const changed = JSON.stringify({ ...(options as object), endState: 'delete' });
        await db().updateTable('cases').set({ options: changed }).execute();
      },
    ],
    [
      'an approval that nobody gave',
      ['the approvals'],
      async (caseId) => {
        const { planHash } = await caseRow(world, caseId);
        const at = new Date().toISOString();
        const forged = { planHash: planHash ?? '', actorId: 'x', actorName: 'X', decision: 'approved' as const };
        await db()
          .insertInto('approvals')
          .values({ ...forged, caseId, reason: null, confirms: 'nothing', at, voidedAt: null })
          .execute();
      },
    ],
    [
      'an approval of the old plan that counts again',
      ['the approvals'],
      () => db().updateTable('approvals').set({ voidedAt: null }).execute(),
    ],
    [
      'a step that is called proved',
      ['“Remove group memberships”'],
      () => changeStep('remove-group-memberships', { state: 'proved' }),
    ],
    [
      'a step that is called not needed before its stage comes',
      ['“Remove licenses”'],
      () => changeStep('remove-licenses', { state: 'not-needed' }),
    ],
    [
      'what a step would change',
      ['“Remove licenses”'],
      async () => {
        const { plan } = await db()
          .selectFrom('caseSteps')
          .select('plan')
          .where('stepId', '=', 'remove-licenses')
          .executeTakeFirstOrThrow();
        await changeStep('remove-licenses', { plan: JSON.stringify({ ...JSON.parse(plan), changes: [] }) });
      },
    ],
    [
      'what was there before',
      ['“Block sign-in”'],
      () => changeStep('block-sign-in', { before: JSON.stringify({ accountEnabled: false }) }),
    ],
    [
      'another requester',
      ['who asked for it'],
      () =>
        db()
          .updateTable('cases')
          .set({ requesterId: world.tenant.person('kwame').id })
          .execute(),
    ],
    [
      'another name of the requester',
      ['who asked for it'],
      () => db().updateTable('cases').set({ requesterName: 'Kwame' }).execute(),
    ],
    [
      'another person who is to leave',
      ['whom it is about'],
      () =>
        db()
          .updateTable('cases')
          .set({ subjectId: world.tenant.person('luca').id })
          .execute(),
    ],
    [
      'another person behind the same id',
      ['whom it is about'],
      async (caseId) => {
        const subject = (await caseRow(world, caseId)).subject as object;
        const other = JSON.stringify({ ...subject, id: world.tenant.person('luca').id });
        await db().updateTable('cases').set({ subject: other }).execute();
      },
    ],
    [
      'a case that became urgent',
      ['whether it is urgent'],
      () => db().updateTable('cases').set({ urgent: 1 }).execute(),
    ],
    [
      'what was found when a stage opened',
      ['“Remove group memberships”'],
      async () => {
        const { found } = await db()
          .selectFrom('caseSteps')
          .select('found')
          .where('stepId', '=', 'remove-group-memberships')
          .executeTakeFirstOrThrow();
        await changeStep('remove-group-memberships', {
          found: JSON.stringify({ ...JSON.parse(found ?? ''), destructive: true }),
        });
      },
    ],
    [
      'another person who confirmed',
      ['“Block sign-in”'],
      () => changeStep('block-sign-in', { confirmedBy: world.tenant.person('priya').id }),
    ],
    [
      'another name of who confirmed',
      ['“Block sign-in”'],
      () => changeStep('block-sign-in', { confirmedName: 'Priya Raman' }),
    ],
    [
      'somebody who confirmed what nobody did',
      ['“Remove licenses”'],
      () => changeStep('remove-licenses', { confirmedBy: world.tenant.person('arno').id }),
    ],
  ];
  describe('of which one is changed by another hand', () => {
    let caseId: number;
    let rows: Awaited<ReturnType<typeof rowsNow>>;
    const rowsNow = async () => ({
      cases: await db().selectFrom('cases').selectAll().execute(),
      caseSteps: await db().selectFrom('caseSteps').selectAll().execute(),
      approvals: await db().selectFrom('approvals').selectAll().execute(),
    });
    before(async () => {
      await start();
      caseId = await startedCase();
    });
    after(() => stop());
    beforeEach(async () => {
      rows = await rowsNow();
      assert.deepEqual(await differing(caseId), []);
    });
    afterEach(async () => {
      await db().deleteFrom('approvals').execute();
      await db().insertInto('approvals').values(rows.approvals).execute();
      for (const row of rows.cases) await db().updateTable('cases').set(row).where('id', '=', row.id).execute();
      for (const row of rows.caseSteps) await changeStep(row.stepId, row);
    });

    for (const [what, expected, tamper] of tampering)
      it(`show ${what}`, async () => {
        await tamper(caseId);
        assert.deepEqual(await differing(caseId), expected);
        await says(`The case is not as they say: ${expected.join(', ')}. Tell your Signoff admin.`);
      });
  });

  it('show who agreed as the second to what destroys something, and that it was somebody else', async () => {
    await start();
    const playbooks = world.signoff.runtime.playbooks as Playbook[];
    const [ours] = playbooks as [Playbook];
    const stages = [{ title: 'All at once', steps: [{ step: blockSignIn }, { step: deleteAccount }] }];
    playbooks.splice(0, 1, { ...ours, stages });
    const caseId = await approved(world, { inputs: { endState: 'delete' } });
    const destroy = { verb: 'confirm', caseId, step: 'delete-account' };
    await pressed(world, people.approver, destroy, { reason: 'She left.' });
    assert.deepEqual(await differing(caseId), []);
    const { confirmedBy, confirmedName } = await stepIs(world, caseId, 'delete-account', 'awaiting-second-approver');
    await changeStep('delete-account', { confirmedBy: world.tenant.person('omar').id });
    assert.deepEqual(await differing(caseId), ['“Delete the account”']);
    await changeStep('delete-account', { confirmedBy });
    await pressed(world, people.second, destroy);
    const done = await stepIs(world, caseId, 'delete-account', 'proved');
    assert.deepEqual(
      [done.confirmedName, done.secondBy, done.secondName],
      [confirmedName, world.tenant.person('priya').id, 'Priya Raman'],
    );
    assert.deepEqual(await differing(caseId), []);
    for (const change of [{ secondBy: confirmedBy }, { secondName: confirmedName }, { confirmedBy: done.secondBy }]) {
      await changeStep('delete-account', change);
      assert.deepEqual(await differing(caseId), ['“Delete the account”'], JSON.stringify(change));
      const { secondBy, secondName } = done;
      await changeStep('delete-account', { confirmedBy, secondBy, secondName });
    }
    await stop();
  });
});
