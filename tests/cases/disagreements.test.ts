import assert from 'node:assert/strict';
import { disagreements } from '../../bot/cases/disagreements.ts';
import { approved, caseIs, caseRow, confirmUntil, entries, pressed, stepIs, submitted } from '../support/journey.ts';
import { people, type World } from '../support/signoff.ts';
import { startSimpleWorld } from '../support/simpleJane.ts';

/** The rows and the journal are written together: whoever changes one of them alone is found out. */
describe('the rows of a case', () => {
  let world: World;
  beforeEach(async () => {
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
  });
  afterEach(() => world[Symbol.asyncDispose]());

  const differing = async (caseId: number) =>
    disagreements(world.signoff.runtime, await caseRow(world, caseId), await entries(world, caseId));
  /** In the answer to `status`. */
  async function says(sentence: string): Promise<void> {
    await world.teams.say(people.approver, 'status OFF-1');
    await world.card(people.approver, sentence);
  }
  const db = () => world.signoff.runtime.db;
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
    await says('unbroken. The journal fits the case.');
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
          .values({ ...forged, caseId, reason: null, at, voidedAt: null })
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
      () =>
        db()
          .updateTable('caseSteps')
          .set({ state: 'proved' })
          .where('stepId', '=', 'remove-group-memberships')
          .execute(),
    ],
    [
      'a step that is called not needed before its stage comes',
      ['“Remove licenses”'],
      () =>
        db().updateTable('caseSteps').set({ state: 'not-needed' }).where('stepId', '=', 'remove-licenses').execute(),
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
        const changed = JSON.stringify({ ...JSON.parse(plan), changes: [] });
        await db().updateTable('caseSteps').set({ plan: changed }).where('stepId', '=', 'remove-licenses').execute();
      },
    ],
    [
      'what was there before',
      ['“Block sign-in”'],
      () =>
        db()
          .updateTable('caseSteps')
          .set({ before: JSON.stringify({ accountEnabled: false }) })
          .where('stepId', '=', 'block-sign-in')
          .execute(),
    ],
  ];
  for (const [what, expected, tamper] of tampering) {
    it(`show ${what}`, async () => {
      const caseId = await startedCase();
      assert.deepEqual(await differing(caseId), []);
      await tamper(caseId);
      assert.deepEqual(await differing(caseId), expected);
      await says(`The journal does not fit the case: ${expected.join(', ')}. Tell your Signoff admin.`);
    });
  }
});
