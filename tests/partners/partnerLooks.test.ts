import assert from 'node:assert/strict';
import { factsOf } from '../../bot/partners/partner.ts';
import { tenantNamed } from '../graph/partnerSamples.ts';
import { jumpingClock } from '../support/clock.ts';
import { type PartnerWorld, partnerNamed, startPartnerWorld } from '../support/partnerWorld.ts';

describe('a look at other organizations', () => {
  let world: PartnerWorld;
  before(async () => {
    world = await startPartnerWorld();
  });
  beforeEach(() => world.tenant.reset());
  after(async () => {
    assert.deepEqual(world.tenant.violations, []);
    await world.tenant.close();
  });

  const names = async () => (await world.seen()).partners.map(({ name }) => name);

  it('joins by tenant what a service provider holds, its distributor apart', async () => {
    const seen = await world.seen();
    const relecloud = partnerNamed(seen, 'Relecloud');
    assert.deepEqual(
      factsOf(relecloud, 'role').map(({ role, holder, how }) => [role, holder, how]),
      [
        ['Exchange Administrator', 'Hugo Martel', 'person'],
        ['Global Administrator', 'Relecloud Tier 2', 'delegated'],
        ['Helpdesk Administrator', 'Relecloud Service Desk', 'delegated'],
        ['Groups Administrator', 'Relecloud Service Desk', 'delegated'],
        ['Exchange Administrator', 'Relecloud Mail', 'delegated'],
      ],
    );
    assert.equal(factsOf(relecloud, 'person').length, 12);
    const [portal, backup] = factsOf(relecloud, 'app');
    assert.deepEqual([portal?.users, portal?.consents], [40, ['User.Read, openid, profile for everybody']]);
    assert.deepEqual(backup?.mayDo, ['Directory.Read.All', 'Mail.Read', 'Sites.ReadWrite.All']);
    assert.equal(factsOf(relecloud, 'key').length, 2);
    assert.deepEqual(factsOf(relecloud, 'subscription'), []);
    assert.equal(factsOf(partnerNamed(seen, 'Wide World Importers'), 'subscription').length, 4);
  });

  it('sees a consultancy by its people, channels, apps and packages, below its main domain too', async () => {
    const seen = await world.seen();
    const trey = partnerNamed(seen, 'Trey Research');
    const people = factsOf(trey, 'person');
    assert.deepEqual([people.length, people.filter(({ isGuest }) => isGuest).length], [10, 7]);
    assert.deepEqual(trey.domains, ['treyresearch.net', 'research.treyresearch.net']);
    assert.deepEqual(
      factsOf(trey, 'channel').map(({ name, people }) => [name, people]),
      [
        ['Market data', 1],
        ['Aurora with Trey', 2],
      ],
    );
    assert.deepEqual(factsOf(trey, 'connected'), [
      { what: 'connected', name: 'Trey Research', policies: ['Consultants of Trey Research'] },
    ]);
    assert.deepEqual(
      factsOf(trey, 'role').map(({ role, isEligible }) => [role, isEligible]),
      [['Reports Reader', true]],
    );
    assert.equal(factsOf(trey, 'synchronization').length, 1);
    assert.equal(factsOf(trey, 'entry')[0]?.trustsMfa, true);
  });

  it('sees what is left of somebody who went: contacts, exclusions, a place, a role', async () => {
    const left = partnerNamed(await world.seen(), 'VanArsdel');
    assert.deepEqual(
      factsOf(left, 'exclusion').map(({ who }) => who),
      ['their technicians', 'Lars Winther'],
    );
    assert.deepEqual(factsOf(left, 'location'), [{ what: 'location', name: 'VanArsdel office', isTrusted: true }]);
    assert.equal(factsOf(left, 'contact').length, 2);
    assert.equal(factsOf(left, 'role')[0]?.holder, 'Lars Winther');
    assert.equal(factsOf(left, 'app')[0]?.isEnabled, false);
  });

  it('never shows one’s own tenant, one’s own organizations or Microsoft, also not while its support is there', async () => {
    const { partners, organization } = world.tenant.data;
    organization.technicalNotificationMails.push('someone@microsoft.com', 'ops@contoso.com');
    const support = { tenantId: 'b4c546a4-7dac-46a6-a7dd-ed822a11efd3', isServiceProvider: true };
    const other = tenantNamed(world.tenant, 'Adatum');
    const [like] = partners.crossTenantAccess;
    partners.crossTenantAccess.push({ ...like!, ...support });
    world.tenant.data.roleDefinitions.push({
      id: '00000000-0000-4000-8000-000000000009',
      displayName: 'Microsoft 365 Support Engineer',
      description: '',
      isBuiltIn: true,
    });
    const role = '00000000-0000-4000-8000-000000000009';
    partners.delegatedAdmin.push({
      id: 'support',
      tenantId: other,
      displayName: 'Support',
      groups: [{ id: '00000000-0000-4000-8000-000000000008', displayName: 'Engineers', roleDefinitionIds: [role] }],
      endedAt: null,
    });
    const seen = await world.seen();
    const shown = seen.partners.map(({ name }) => name);
    for (const name of ['Contoso', 'Contoso Retail', 'Microsoft', 'Microsoft Services', 'Adatum'])
      assert.ok(!shown.includes(name), name);
    assert.ok(!seen.partners.some(({ tenantId }) => tenantId === support.tenantId));
    assert.deepEqual(
      seen.leftOut.ownOrganizations.map(({ name }) => name),
      ['Contoso Retail'],
    );
  });

  it('counts private addresses, and calls a domain that nobody has by itself', async () => {
    const seen = await world.seen();
    assert.equal(seen.leftOut.privatePeople, 1);
    const keller = partnerNamed(seen, 'keller-audits.example');
    assert.deepEqual([keller.tenantId, factsOf(keller, 'person').length], [null, 1]);
  });

  it('tells a domain from one that ends alike', async () => {
    const { users, partners } = world.tenant.data;
    const [like] = partners.tenants;
    partners.tenants.push({
      ...like!,
      tenantId: '00000000-0000-4000-8000-000000000007',
      displayName: 'Not Relecloud',
      defaultDomainName: 'notrelecloud.com',
      otherDomains: [],
    });
    users.find(({ displayName }) => displayName === 'Nils Holm')!.mail = 'nils@notrelecloud.com';
    const seen = await world.seen();
    assert.equal(factsOf(partnerNamed(seen, 'Relecloud'), 'person').length, 11);
    assert.equal(factsOf(partnerNamed(seen, 'Not Relecloud'), 'person').length, 1);
  });

  it('reads every page', async () => {
    const { users } = world.tenant.data;
    const like = users.find(({ displayName }) => displayName === 'Nils Holm')!;
    for (let n = 0; n < 1100; n++) {
      const id = `00000000-0000-4000-9000-${String(n).padStart(12, '0')}`;
      users.push({ ...like, id, userPrincipalName: `g${n}_relecloud.com#EXT#@contoso.onmicrosoft.com` });
    }
    assert.equal(factsOf(partnerNamed(await world.seen(), 'Relecloud'), 'person').length, 1112);
  });

  it('finds groups of theirs where rows do not say whose they are, and where names do not show', async () => {
    world.tenant.data.partners.is.foreignGroupsNamed = false;
    const roles = factsOf(partnerNamed(await world.seen(), 'Relecloud'), 'role');
    assert.equal(roles.filter(({ holder }) => holder === 'a group of theirs').length, 4);
  });

  it('goes on without what it may not see, and says what it takes', async () => {
    const { app } = world.tenant.data;
    const withheld = ['Policy.Read.All', 'Policy.ReadWrite.CrossTenantAccess', 'ChannelMember.Read.All'];
    app.permissions = app.permissions.filter((name) => !withheld.includes(name));
    const seen = await world.seen();
    assert.deepEqual(
      seen.unseen.map(({ name }) => name),
      [
        'cross-tenant access, where service providers stand',
        'synchronization of accounts from other tenants',
        'Conditional Access',
        'shared channels',
      ],
    );
    assert.match(
      seen.unseen[0]?.why ?? '',
      /lacks the permission Policy\.Read\.All\. A Privileged Role Administrator can/,
    );
    assert.ok(partnerNamed(seen, 'Relecloud').facts.length > 10);
  });

  it('calls tenants by their id and domains by themselves where Microsoft Entra does not tell', async () => {
    const { app } = world.tenant.data;
    app.permissions = app.permissions.filter((name) => name !== 'CrossTenantInformation.ReadBasic.All');
    const seen = await world.seen();
    const shown = seen.partners.map(({ name }) => name);
    assert.ok(shown.includes(tenantNamed(world.tenant, 'Relecloud')) && shown.includes('relecloud.com'));
    assert.equal(seen.unseen.length, 1);
    assert.match(seen.unseen[0]?.why ?? '', /CrossTenantInformation\.ReadBasic\.All/);
    const asked = world.tenant.requests().filter(({ path }) => path.includes('findTenantInformation'));
    assert.ok(asked.length <= 20, `asked ${asked.length} times in vain`);
  });

  it('knows no last sign-in where it may not look for it', async () => {
    const { app } = world.tenant.data;
    app.permissions = app.permissions.filter((name) => name !== 'AuditLog.Read.All');
    const seen = await world.seen();
    assert.deepEqual(seen.unseen, []);
    assert.ok(factsOf(partnerNamed(seen, 'Relecloud'), 'person').every(({ lastSignIn }) => lastSignIn === undefined));
  });

  it('finds no eligible roles without Entra ID P2, and misses nothing', async () => {
    world.tenant.data.premium.p2 = false;
    const seen = await world.seen();
    assert.deepEqual(seen.unseen, []);
    assert.deepEqual(factsOf(partnerNamed(seen, 'Trey Research'), 'role'), []);
  });

  it('shows first what is quickly read, while the rest is still on its way', async () => {
    world.tenant.setFaults({ kinds: ['timeoutAfter'], match: 'GET /users', hangMs: 1500 });
    const look = await world.looks().current();
    await look.first;
    assert.ok(!look.isWhole);
    const seen = look.seen();
    assert.ok(partnerNamed(seen, 'Relecloud') && partnerNamed(seen, 'Wide World Importers'));
    assert.ok(seen.reading.includes('guests and members from outside'));
    world.tenant.clearFaults();
    await look.whole;
    assert.deepEqual([look.seen().reading, look.seen().unseen], [[], []]);
  });

  it('looks once an hour, anew when it is told to, and soon where Microsoft 365 did not answer', async () => {
    const clock = jumpingClock();
    const looks = world.looks(clock);
    const first = await looks.current();
    await first.whole;
    assert.equal(await looks.current(), first);
    clock.jump(59 * 60_000);
    assert.equal(await looks.current(), first);
    assert.notEqual(await looks.current(true), first);
    clock.jump(61 * 60_000);
    world.tenant.setFaults({ kinds: ['throttle'], match: 'GET /oauth2PermissionGrants', retryAfterSeconds: 60 });
    const third = await looks.current();
    await third.whole;
    const [trouble] = third.seen().unseen;
    assert.equal(trouble?.name, 'apps and their consents');
    assert.match(trouble?.why ?? '', /^Microsoft 365 is busy/);
    assert.equal(await looks.current(), third);
    world.tenant.clearFaults();
    clock.jump(2 * 60_000);
    assert.notEqual(await looks.current(), third);
  });

  it('begins again after a look that could not begin', async () => {
    const looks = world.looks();
    world.tenant.setFaults({ kinds: ['refuse'], match: 'GET /organization', count: 1 });
    await assert.rejects(looks.current());
    assert.ok(await looks.current());
  });

  it('lists whoever can do most first, and who only publishes apps last', async () => {
    const shown = await names();
    assert.equal(shown[0], 'Relecloud');
    assert.deepEqual(shown.slice(-4), ['Northwind Traders', 'Proseware', 'Tailspin Toys', 'Wingtip Toys']);
  });
});
