import assert from 'node:assert/strict';
import { directoryRole, type ExchangeRight, lightRoles, readAccess } from '../../bot/graph/access.ts';
import { GraphFailure } from '../../bot/graph/failure.ts';
import { giveRoles, type StepWorld, startStepWorld } from '../support/stepWorld.ts';

describe('what the app may do', () => {
  let world: StepWorld;
  before(async () => {
    world = await startStepWorld();
  });
  beforeEach(() => world.tenant.reset());
  after(() => world.tenant.close());

  it('is read off its own token: permissions and who it is', async () => {
    const { signoff, app } = world.tenant.data;
    const access = await world.readAccess();
    const graphs = app.permissions.filter((name) => !name.startsWith('Exchange.'));
    assert.deepEqual([...access.permissions].toSorted(), graphs.toSorted());
    assert.equal(access.ownId, signoff.servicePrincipalId);
    assert.equal(access.clientId, signoff.clientId);
  });

  it('includes the directory roles that were given to it and to nobody else', async () => {
    giveRoles(world.tenant.data, directoryRole.userAdministrator);
    assert.deepEqual([...(await world.readAccess()).directoryRoles], [directoryRole.userAdministrator]);
    giveRoles(world.tenant.data, directoryRole.privilegedAuthenticationAdministrator, directoryRole.userAdministrator);
    assert.equal((await world.readAccess()).directoryRoles.size, 2);
    giveRoles(world.tenant.data);
    assert.equal((await world.readAccess()).directoryRoles.size, 0);
  });

  it('is no role where it may not read roles', async () => {
    world.tenant.data.app.permissions = ['User.Read.All'];
    const access = await world.readAccess();
    assert.deepEqual([[...access.permissions], access.directoryRoles.size], [['User.Read.All'], 0]);
  });

  it('is no permission where none was granted', async () => {
    world.tenant.data.app.permissions = [];
    assert.equal((await world.readAccess()).permissions.size, 0);
  });

  it('is not known while Graph does not answer', async () => {
    world.tenant.setFaults({ kinds: ['throttle'], match: 'GET /roleManagement', retryAfterSeconds: 60 });
    await assert.rejects(world.readAccess(), (error) => error instanceof GraphFailure && error.kind === 'throttled');
  });

  it('is not read from what is no token', async () => {
    for (const token of ['', 'not.a.token', `a.${Buffer.from('{"roles":"all"}').toString('base64url')}.c`]) {
      await assert.rejects(readAccess({ ...world.source, graphToken: async () => token }));
      await assert.rejects(readAccess({ ...world.source, exchangeToken: async () => token }));
    }
  });

  it('knows Microsoft’s ids of the roles that it names', () => {
    const definitions = new Map(world.tenant.data.roleDefinitions.map(({ id, displayName }) => [id, displayName]));
    assert.equal(definitions.get(directoryRole.globalAdministrator), 'Global Administrator');
    assert.equal(
      definitions.get(directoryRole.privilegedAuthenticationAdministrator),
      'Privileged Authentication Administrator',
    );
    assert.equal(definitions.get(directoryRole.userAdministrator), 'User Administrator');
    assert.equal(definitions.get(directoryRole.exchangeAdministrator), 'Exchange Administrator');
    for (const [id, name] of definitions) {
      const light = [
        'User Administrator',
        'Helpdesk Administrator',
        'Groups Administrator',
        'Directory Readers',
        'Reports Reader',
      ];
      assert.equal(lightRoles.has(id), light.includes(name), name);
    }
  });

  describe('in Exchange Online', () => {
    const { globalAdministrator, exchangeAdministrator, exchangeRecipientAdministrator, userAdministrator } =
      directoryRole;
    const rights = async (exchange: 'auto' | 'on' | 'off' = 'auto') => [
      ...(await readAccess({ ...world.source, exchange })).exchange,
    ];

    const roles: [string, string[], ExchangeRight[]][] = [
      ['nothing without a role', [], []],
      ['nothing as User Administrator', [userAdministrator], []],
      ['mailboxes and groups as Exchange Recipient Administrator', [exchangeRecipientAdministrator], ['recipients']],
      ['holds as well as Exchange Administrator', [exchangeAdministrator], ['recipients', 'hold']],
      ['holds as well as Global Administrator', [globalAdministrator], ['recipients', 'hold']],
      [
        'what the higher of two roles gives',
        [exchangeRecipientAdministrator, exchangeAdministrator],
        ['recipients', 'hold'],
      ],
    ];
    for (const [what, held, expected] of roles) {
      it(`is ${what}`, async () => {
        giveRoles(world.tenant.data, ...held);
        assert.deepEqual(await rights(), expected);
      });
    }

    it('is nothing without Exchange.ManageAsApp, whatever the role and the setting', async () => {
      const { app } = world.tenant.data;
      app.permissions = app.permissions.filter((name) => name !== 'Exchange.ManageAsApp');
      assert.deepEqual([await rights('auto'), await rights('on')], [[], []]);
    });

    it('is everything with EXCHANGE=on, where a role group of Exchange’s own gives it', async () => {
      giveRoles(world.tenant.data);
      assert.deepEqual(await rights('on'), ['recipients', 'hold']);
    });

    it('is nothing with EXCHANGE=off, and no token for Exchange is asked for', async () => {
      let asked = 0;
      const exchangeToken = async () => {
        asked++;
        return '';
      };
      const { exchange, permissions } = await readAccess({ ...world.source, exchangeToken, exchange: 'off' });
      assert.deepEqual([...exchange], []);
      assert.ok(permissions.size > 0);
      assert.equal(asked, 0);
    });
  });
});
