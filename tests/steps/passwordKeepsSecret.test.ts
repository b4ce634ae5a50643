import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { approvePlan } from '../../bot/cases/approvals.ts';
import { redrawPlan } from '../../bot/cases/asking.ts';
import { openCase } from '../../bot/cases/cases.ts';
import { confirmSteps } from '../../bot/cases/confirming.ts';
import { groupRoles } from '../../bot/cases/roles.ts';
import { systemClock } from '../../bot/clock.ts';
import { clouds } from '../../bot/clouds.ts';
import { advanceCase } from '../../bot/engine/advanceCase.ts';
import { inProcessDispatcher } from '../../bot/engine/inProcessDispatcher.ts';
import { Looks } from '../../bot/engine/looks.ts';
import { findStep, requireCase } from '../../bot/engine/readCase.ts';
import { runStep } from '../../bot/engine/runStep.ts';
import type { Runtime } from '../../bot/engine/runtime.ts';
import { subjectReader } from '../../bot/engine/subjects.ts';
import { createLog } from '../../bot/log.ts';
import { PartnerLooks } from '../../bot/partners/partnerLooks.ts';
import { findPeople } from '../../bot/people/findPeople.ts';
import { offboardPerson } from '../../bot/playbooks/offboardPerson.ts';
import { resetPassword } from '../../bot/steps/resetPassword.ts';
import { openDatabase } from '../../bot/store/database.ts';
import { type StepWorld, startStepWorld } from '../support/stepWorld.ts';
import { watchedFetch } from '../support/watchedFetch.ts';

/** One case from the request to the reset password, by the engine's own hands, on a database in a folder. */
async function resetInACase(world: StepWorld, folder: string): Promise<string> {
  const { tenant, graph, exchange, readAccess } = world;
  const { signoff } = tenant.data;
  const log = createLog('debug', { write: (line) => void world.lines.push(line) });
  const db = await openDatabase(`file:${join(folder, 'signoff.db')}`);
  try {
    const runtime: Runtime = {
      db,
      dispatcher: inProcessDispatcher({ db, clock: systemClock, log }),
      clock: systemClock,
      cloud: clouds.global,
      log,
      graph,
      exchange,
      playbooks: [offboardPerson],
      readAccess,
      untouchable: world.reading.untouchable,
      looks: new Looks(systemClock),
      isApprover: async () => true,
      subjects: subjectReader({ ...world.reading, graph: world.graph }, db),
    };
    const groups = {
      helpdesk: signoff.helpdeskGroupId,
      approver: signoff.approverGroupId,
      admin: signoff.adminGroupId,
    };
    const roles = groupRoles({ graph, groups, guestsMay: [], clock: systemClock });
    const desk = {
      runtime,
      roles,
      rules: { ticket: 'off' as const, confirm: 'stage' as const },
      partners: new PartnerLooks(runtime),
    };
    const actor = (name: string) => ({ id: tenant.person(name).id, name });

    const { people } = await findPeople(graph, 'jane@contoso.com');
    assert.ok(people[0]);
    const opened = { actor: actor('hana'), origin: 'user:hana', subjectId: people[0].id, urgent: false };
    const { id } = await openCase(desk, offboardPerson, opened);
    const now = () => requireCase(db, id);
    await advanceCase(runtime, id);
    const inputs = {
      successor: '',
      autoReply: '',
      endState: 'keep' as const,
      devices: 'leave' as const,
    };
    // Twice where the choices lose more than the plan had shown.
    for (let times = 0; times < 2 && (await now()).state === 'draft'; times++) {
      await redrawPlan(desk, await now(), (await now()).version, actor('hana'), { to: 'submitted', answers: inputs });
      await advanceCase(runtime, id);
    }
    await approvePlan(desk, await now(), (await now()).version, actor('arno'), 'nothing');
    await advanceCase(runtime, id);
    const button = { version: (await now()).version, stage: 0, steps: [resetPassword.id] };
    await confirmSteps(desk, await now(), button, actor('arno'), '');
    for (let turn = 0; turn < 3; turn++) await runStep(runtime, id, resetPassword.id);
    return (await findStep(db, id, resetPassword.id))?.state ?? 'gone';
  } finally {
    await db.destroy();
  }
}

describe('the new password', () => {
  let world: StepWorld;
  let folder: string;
  before(async () => {
    world = await startStepWorld();
  });
  beforeEach(() => {
    world.tenant.reset();
    world.tenant.exchanges.length = 0;
    folder = mkdtempSync(join(tmpdir(), 'signoff-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  after(() => world.tenant.close());

  const outcomes: [string, string, () => void][] = [
    ['goes well', 'proved', () => {}],
    // Graph refuses what the plan still thought possible: the account is in a restricted administrative unit.
    ['is refused', 'failed', () => Object.assign(world.tenant.person('jane'), { isManagementRestricted: true })],
    [
      'gets no answer',
      'proved',
      () => world.tenant.setFaults({ kinds: ['timeoutAfter'], match: 'PATCH /users', count: 1, hangMs: 5 }),
    ],
  ];
  for (const [what, state, prepare] of outcomes) {
    it(`is in no journal, database, log or record of the tenant when the write ${what}`, async () => {
      prepare();
      using wire = watchedFetch();
      assert.equal(await resetInACase(world, folder), state);
      const passwords = wire.bodies.flatMap((body) => /"password":"([^"]+)"/.exec(body)?.[1] ?? []);
      assert.equal(passwords.length, 1);
      const stored = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'latin1'));
      assert.ok(stored.join('').includes('Reset password: started'), 'the journal is in the files read here');
      const told = [
        ...stored,
        ...world.lines,
        JSON.stringify(world.tenant.exchanges),
        JSON.stringify(world.tenant.data),
      ];
      for (const password of passwords) assert.ok(!told.join('\n').includes(password));
    });
  }
});
