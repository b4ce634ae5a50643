import assert from 'node:assert/strict';
import { partner } from '../../bot/partners/kind.ts';
import { eventually } from '../support/clock.ts';
import {
  asked,
  button,
  caseIs,
  caseRow,
  entries,
  findButton,
  press,
  pressed,
  refused,
  stepIs,
  submitAs,
} from '../support/journey.ts';
import { goUntil, removalApproved } from '../support/partnerJourney.ts';
import { people, startWorld, type World } from '../support/signoff.ts';

describe('remove partner', () => {
  let world: World;
  beforeEach(async () => {
    world = await startWorld({ partners: true });
    world.tenant.data.delays.providerEntryMs = 0;
    world.tenant.data.partners.is.logsPaced = false;
  });
  afterEach(() => world[Symbol.asyncDispose]());

  const tenantOf = (name: string) => {
    const found = world.tenant.data.partners.tenants.find(({ displayName }) => displayName === name);
    assert.ok(found);
    return found.tenantId;
  };
  const entryOf = (name: string) =>
    world.tenant.data.partners.crossTenantAccess.find(({ tenantId }) => tenantId === tenantOf(name));
  const relationships = () => world.tenant.data.partners.delegatedAdmin;
  const end = (count: number) => {
    for (const one of relationships().slice(0, count)) one.endedAt = new Date(Date.now() - 1000).toISOString();
  };
  const isBlocked = () => entryOf('Relecloud')?.b2bCollaborationInbound?.usersAndGroups.accessType === 'blocked';

  for (const [mode, blockGoesWithEntry] of [
    ['takes our block away with the entry', true],
    ['leaves the entry with our block', false],
  ] as const)
    it(`believes that delegated administration is over when nothing shows of it, where Microsoft ${mode}`, async function () {
      // Twice it is looked for some seconds whether what people say is done.
      this.timeout(120_000);
      world.tenant.data.partners.is.blockGoesWithEntry = blockGoesWithEntry;
      const caseId = await removalApproved(world);
      await goUntil(world, caseId, 'end-delegated-admin');
      assert.ok(isBlocked());
      const policies = world.tenant.data.partners.conditionalAccess.map(({ displayName }) => displayName);
      assert.ok(policies.includes(`Signoff PRT-${caseId}: block Relecloud`), policies.join());

      const done = { verb: 'done', caseId, step: 'end-delegated-admin' };
      const refusedDone = async (words: RegExp) => {
        await pressed(world, people.helpdesk, done);
        const again = await stepIs(world, caseId, 'end-delegated-admin', 'verifying', 'by-hand');
        assert.ok(again);
        await eventually('it is refused', async () =>
          (await entries(world, caseId)).findLast(
            ({ what, words: said }) => what === 'done-refused' && words.test(said),
          ),
        );
      };
      await refusedDone(/Still seen: groups of Relecloud hold .*Global Administrator.*; Microsoft Entra knows them as/);
      end(1);
      await refusedDone(/Still seen: groups of Relecloud hold Exchange Administrator; Microsoft Entra knows them as/);
      end(2);
      await pressed(world, people.helpdesk, done);
      await stepIs(world, caseId, 'end-delegated-admin', 'proved');
      assert.equal(isBlocked(), !blockGoesWithEntry);
      await goUntil(world, caseId, 'check-exchange');
      await stepIs(world, caseId, 'block-partner-tenant-again', blockGoesWithEntry ? 'proved' : 'not-needed');
      await goUntil(world, caseId, 'remove-partner-consents');
      assert.ok(isBlocked());
    });

  it('has delegated administration ended first where Conditional Access can’t keep them out, and says so', async () => {
    world.tenant.data.partners.is.securityDefaults = true;
    const caseId = await removalApproved(world);
    assert.match(
      JSON.stringify((await world.card(people.approver, `PRT-${caseId}`)).card),
      /No proven containment: security defaults are on/,
    );
    await goUntil(world, caseId, 'end-delegated-admin-first');
    end(2);
    await goUntil(world, caseId, 'check-exchange');
    assert.equal((await stepIs(world, caseId, 'end-delegated-admin', 'not-needed')).state, 'not-needed');
    assert.equal((await stepIs(world, caseId, 'block-by-conditional-access', 'not-needed')).state, 'not-needed');
  });

  it('goes no further without two administrators of one’s own, and lets nobody leave that out', async () => {
    const emergency = world.tenant.person('emergency01@contoso.onmicrosoft.com');
    emergency.signInActivity = null;
    const caseId = await removalApproved(world);
    await goUntil(world, caseId, 'check-own-administrators');
    await pressed(world, people.helpdesk, { verb: 'done', caseId, step: 'check-own-administrators' });
    await eventually('it is refused', async () =>
      (await entries(world, caseId)).find(({ words }) =>
        /Found 1 of 2\. Emergency Access 01 has not signed in for 90 days\./.test(words),
      ),
    );
    const done = await button(world, people.approver, { verb: 'done', caseId, step: 'check-own-administrators' });
    const skip = { ...done, action: { ...done.action, verb: 'skip' } };
    await refused(press(world, people.approver, skip, { why: 'In a hurry.' }), /^Nobody can leave this out/);
    emergency.signInActivity = {
      // An attempt is no sign-in.
      lastSuccessfulSignInDateTime: new Date().toISOString(),
    } as unknown as typeof emergency.signInActivity;
    await pressed(world, people.helpdesk, { verb: 'done', caseId, step: 'check-own-administrators' });
    await stepIs(world, caseId, 'check-own-administrators', 'proved');
  });

  it('lets nobody of the partner ask or decide, and needs two approvers', async () => {
    world.tenant.person('priya').otherMails = ['priya@relecloud.com'];
    const caseId = await asked(world, 'remove partner Relecloud', 'PRT');
    await submitAs(world, caseId, { wait: '7', guests: 'delete' });
    await pressed(world, people.approver, { verb: 'approve', caseId });
    // Sofia is asked instead; of Priya's chat nothing can be approved.
    await pressed(world, 'sofia@contoso.com', { verb: 'approve', caseId });
    const hers = await world.teams.messages(people.second);
    assert.ok(hers.every((one) => findButton(one, { verb: 'approve' }) === undefined));
    const subject = partner.schema.parse((await caseRow(world, caseId)).subject);
    const priya = world.tenant.person('priya').id;
    assert.equal(partner.conflict(subject, { wait: '7', guests: 'delete' }, priya), 'have an account of Relecloud');
    await caseIs(world, caseId, 'running');
  });

  it('tells nobody of theirs that there is a case, however they ask', async () => {
    world.tenant.person('omar').otherMails = ['omar@relecloud.com'];
    const caseId = await asked(world, 'remove partner Relecloud', 'PRT');
    for (const words of ['remove partner relecloud', `status PRT-${caseId}`, 'status relecloud', 'cases']) {
      const { card, text } = await world.ask(people.admin, words);
      assert.doesNotMatch(JSON.stringify([card, text]), /Hana|already in|waits for approval/, words);
    }
  });

  it('finds its case by its name, though somebody’s account is called so, too', async () => {
    const guest = world.tenant.data.users.find(({ mail }) => mail?.endsWith('@relecloud.com'));
    assert.ok(guest);
    guest.displayName = 'Relecloud Service Desk';
    await asked(world, 'remove partner Relecloud', 'PRT');
    const { card, text } = await world.ask(people.helpdesk, 'status Relecloud');
    assert.doesNotMatch(JSON.stringify([card, text]), /There is no case/);
  });

  const refusals: [string, string, RegExp][] = [
    ['who is unknown', 'Nobody Inc', /has nothing in your organization that Signoff can see/],
    ['that is one’s own organization', 'contoso.com', /That is your own organization/],
    ['that is Microsoft', 'Microsoft', /belong to the service, and are never among partners/],
    ['of one’s own multitenant organization', 'Contoso Retail', /your own multitenant organization/],
  ];
  it('says clearly whom it can’t remove', async () => {
    for (const [why, who, sentence] of refusals) {
      const { text } = await world.ask(people.helpdesk, `remove partner ${who}`);
      assert.match(text ?? '', sentence, why);
    }
    await removalApproved(world);
    const told = await world.ask(people.admin, 'status relecloud');
    assert.match(JSON.stringify([told.card, told.text]), /Relecloud/);
    assert.doesNotMatch(told.text ?? '', /There is no case/);
    await world.teams.say(people.helpdesk, 'remove partner relecloud.com');
    await world.card(people.helpdesk, 'Relecloud is already in PRT-1');
  });
});
