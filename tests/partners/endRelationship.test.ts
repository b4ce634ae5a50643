import assert from 'node:assert/strict';
import type { TenantData } from '../../infra/local/tenant/server.ts';
import { activeWith } from '../graph/partnerSamples.ts';
import { asked, calls, caseIs, journaled, pressed, stepIs } from '../support/journey.ts';
import { people, startWorld, type World } from '../support/signoff.ts';

const requests = /delegatedAdminRelationships\/[^/]+\/requests$/;

/** In a service provider’s own tenant. */
describe('ending the relationship with a customer', () => {
  let world: World;
  const customers = (data: TenantData) => {
    data.app.permissions.push('DelegatedAdminRelationship.ReadWrite.All');
    data.partners.customerRelationships = [
      activeWith('Adatum'),
      { ...activeWith('Adatum'), id: 'second', displayName: 'Mail for Adatum' },
      { ...activeWith('Adatum'), id: 'asked', displayName: 'More for Adatum', status: 'approvalPending' },
      activeWith('Adventure Works', '1f2e3d4c-5b6a-4798-8a9b-0c1d2e3f4a5b'),
    ];
  };
  beforeEach(async () => {
    world = await startWorld({ change: customers });
  });
  afterEach(() => world[Symbol.asyncDispose]());

  async function ending(who = 'adatum'): Promise<number> {
    const caseId = await asked(world, `end relationship with ${who}`, 'END');
    await pressed(world, people.helpdesk, { verb: 'submit', caseId });
    for (const person of [people.approver, people.second]) await pressed(world, person, { verb: 'approve', caseId });
    const confirm = { verb: 'confirm', caseId, step: 'end-relationships' };
    await pressed(world, people.approver, confirm, { reason: 'The contract is over.' });
    await pressed(world, people.second, confirm);
    return caseId;
  }
  const statuses = () => world.tenant.data.partners.customerRelationships.map(({ id, status }) => `${id} ${status}`);

  it('asks for it while it is active, and is proved only when it has ended', async () => {
    world.tenant.data.delays.relationshipMs = 1500;
    const caseId = await ending();
    const step = await stepIs(world, caseId, 'end-relationships', 'proved');
    assert.equal(step.words, 'Ended: “Care for Adatum”, “Mail for Adatum”.');
    assert.deepEqual(
      step.plan.changes.map(({ says }) => says),
      [
        'Relationship “Care for Adatum” (2 roles, until Jun 30, 2027): active → ended',
        'Relationship “Mail for Adatum” (2 roles, until Jun 30, 2027): active → ended',
      ],
    );
    assert.deepEqual(step.plan.leaves, [
      '“More for Adatum” is not active yet (approvalPending): withdraw it in Partner Center.',
    ]);
    assert.deepEqual(statuses(), [
      'with-adatum terminated',
      'second terminated',
      'asked approvalPending',
      'with-adventure-works active',
    ]);
    await caseIs(world, caseId, 'finished');
    assert.equal(calls(world, 'POST', requests).length, 2);
  });

  it('is asked for once, though its answer was lost', async () => {
    world.tenant.setFaults({ kinds: ['timeoutAfter'], match: 'POST /tenantRelationships/', count: 1, hangMs: 20 });
    const caseId = await ending('Adventure Works');
    await stepIs(world, caseId, 'end-relationships', 'proved');
    assert.equal(calls(world, 'POST', requests).length, 1);
    assert.equal((await journaled(world, caseId, 'before-recorded', 'end-relationships')).length, 1);
  });

  it('is asked for nobody in particular, and for nobody without the right to', async () => {
    const said = async (text: string) => (await world.ask(people.helpdesk, text)).text ?? '';
    assert.match(await said('end relationship with fabrikam'), /^Your tenant administers nobody called “fabrikam”/);
    assert.match(await said('end relationship with ad'), /^“ad” could be Adatum \(.*\) or Adventure Works \(/);
    assert.match(await said('end'), /^End what\?/);
    assert.match((await world.ask(people.outsider, 'end relationship with adatum')).text ?? '', /helpdesk/);
  });

  it('says what it takes where Signoff may not see whom you administer', async () => {
    await world[Symbol.asyncDispose]();
    world = await startWorld();
    const answer = await world.ask(people.helpdesk, 'end relationship with adatum');
    assert.match(
      answer.text ?? '',
      /^Signoff may not see which customers you administer\..* DelegatedAdminRelationship/,
    );
  });
});
