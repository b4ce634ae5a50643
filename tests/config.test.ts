import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { type CloudName, cloudNames, clouds } from '../bot/clouds.ts';
import { isLoopback, readConfig } from '../bot/config.ts';
import { AppError } from '../bot/errors.ts';

const ids = {
  TENANT_ID: randomUUID(),
  CLIENT_ID: randomUUID(),
  HELPDESK_GROUP_ID: randomUUID(),
  APPROVER_GROUP_ID: randomUUID(),
  ADMIN_GROUP_ID: randomUUID(),
};
const local = 'http://127.0.0.1:4000';
const rehearsal = {
  ...ids,
  GRAPH_URL: local,
  EXCHANGE_URL: local,
  LOGIN_URL: local,
  BOT_OPENID_URL: `${local}/openid`,
  SERVICE_URLS: `${local}/`,
};

/** What is wrong, one line each, without the bullet. */
function problems(env: Record<string, string | undefined>): string[] {
  try {
    readConfig(env);
  } catch (error) {
    assert.ok(error instanceof AppError, String(error));
    assert.equal(error.code, 'config');
    const [first, ...rest] = error.say.split('\n');
    assert.equal(first, 'Signoff can’t start. Put these settings right and start again:'.replace('’', "'"));
    return rest.map((line) => line.replace(/^ {2}- /, ''));
  }
  return [];
}

describe('the settings', () => {
  it('are enough with the five ids: everything else is Microsoft’s, and loopback', () => {
    const config = readConfig(ids);
    assert.equal(config.HOST, '127.0.0.1');
    assert.equal(config.PORT, 3978);
    assert.equal(config.GRAPH_URL, 'https://graph.microsoft.com');
    assert.deepEqual(config.SERVICE_URLS, [
      'https://smba.trafficmanager.net/',
      'https://smba.onyx.prod.teams.trafficmanager.net/',
    ]);
    assert.equal(config.DOOR, 'teams');
    assert.deepEqual(config.BREAK_GLASS_IDS, []);
    assert.deepEqual(config.GUESTS_MAY, []);
  });

  it('name the roles that a guest may have, and take no other word for one', () => {
    assert.deepEqual(readConfig({ ...ids, GUESTS_MAY: 'approver, admin' }).GUESTS_MAY, ['approver', 'admin']);
    assert.deepEqual(problems({ ...ids, GUESTS_MAY: 'approver,everything' }), [
      'GUESTS_MAY.1: Invalid option: expected one of "helpdesk"|"approver"|"admin"',
    ]);
  });

  it('take an empty value for none, and ids in any case', () => {
    const config = readConfig({
      ...ids,
      TENANT_ID: ids.TENANT_ID.toUpperCase(),
      PORT: '',
      GRAPH_URL: '',
      DOOR: '',
      BREAK_GLASS_IDS: ` ${ids.CLIENT_ID.toUpperCase()} , `,
    });
    assert.equal(config.TENANT_ID, ids.TENANT_ID);
    assert.equal(config.PORT, 3978);
    assert.deepEqual(config.BREAK_GLASS_IDS, [ids.CLIENT_ID]);
  });

  it('are accepted for a rehearsal', () => {
    assert.deepEqual(problems(rehearsal), []);
    assert.deepEqual(problems({ ...rehearsal, DOOR: 'open' }), []);
    assert.deepEqual(problems({ ...rehearsal, CLOUD: 'dod' }), []);
  });

  for (const cloud of cloudNames) {
    it(`move every address with the cloud: ${cloud}`, () => {
      const config = readConfig({ ...ids, CLOUD: cloud, HOST: '0.0.0.0' });
      const { graph, exchange, login, botOpenId, serviceUrls } = clouds[cloud];
      assert.deepEqual(
        [config.GRAPH_URL, config.EXCHANGE_URL, config.LOGIN_URL, config.BOT_OPENID_URL, config.SERVICE_URLS],
        [graph, exchange, login, botOpenId, serviceUrls],
      );
      assert.equal(config.EXCHANGE, cloud === 'china' ? 'off' : 'auto');
      assert.equal(readConfig({ ...ids, CLOUD: cloud, EXCHANGE: 'on' }).EXCHANGE, 'on');
    });

    it(`take no address of another cloud: ${cloud}`, () => {
      const sees = (one: CloudName) => clouds[one].graph === clouds[cloud].graph;
      for (const other of cloudNames.filter((one) => !sees(one))) {
        assert.deepEqual(problems({ ...ids, CLOUD: cloud, GRAPH_URL: clouds[other].graph }), [
          `GRAPH_URL: must be Microsoft's address in the cloud ${cloud} (CLOUD; this one is in ${cloudNames.find(
            (one) => clouds[one].graph === clouds[other].graph,
          )}), or a loopback one for a rehearsal`,
        ]);
      }
    });
  }

  it('judge no address in a cloud that nobody knows', () => {
    assert.deepEqual(problems({ ...ids, CLOUD: 'moon', GRAPH_URL: 'https://graph.microsoft.us' }), [
      'CLOUD: Invalid option: expected one of "global"|"gcc"|"gcc-high"|"dod"|"china"',
    ]);
  });

  for (const name of Object.keys(ids)) {
    it(`are refused without ${name}, and with one that is no id`, () => {
      assert.deepEqual(problems({ ...ids, [name]: undefined }), [`${name}: is missing`]);
      assert.deepEqual(problems({ ...ids, [name]: '' }), [`${name}: Invalid GUID`]);
      assert.deepEqual(problems({ ...ids, [name]: 'contoso.com' }), [`${name}: Invalid GUID`]);
    });
  }

  const wrong: [string, Record<string, string>, RegExp][] = [
    ['a port that is none', { PORT: '99999' }, /^PORT: /],
    ['a port in words', { PORT: 'many' }, /^PORT: /],
    ['half a port', { PORT: '80.5' }, /^PORT: /],
    ['an address that is none', { GRAPH_URL: 'graph' }, /^GRAPH_URL: /],
    [
      'a Graph that is not Microsoft’s',
      { GRAPH_URL: 'https://graph.evil.example' },
      /^GRAPH_URL: must be Microsoft's address/,
    ],
    [
      'a Graph that ends like Microsoft’s',
      { GRAPH_URL: 'https://evilgraph.microsoft.com' },
      /^GRAPH_URL: must be Microsoft's address/,
    ],
    [
      'a Graph that begins like Microsoft’s',
      { GRAPH_URL: 'https://graph.microsoft.com.evil.example' },
      /^GRAPH_URL: must be Microsoft's address/,
    ],
    [
      'a Graph without encryption',
      { GRAPH_URL: 'http://graph.microsoft.com' },
      /^GRAPH_URL: must be Microsoft's address/,
    ],
    [
      'an Exchange that is not Microsoft’s',
      { EXCHANGE_URL: 'https://mail.example' },
      /^EXCHANGE_URL: must be Microsoft's address/,
    ],
    [
      'a sign-in that is not Microsoft’s',
      { LOGIN_URL: 'https://login.example' },
      /^LOGIN_URL: must be Microsoft's address/,
    ],
    [
      'keys that are not the Bot Connector’s',
      { BOT_OPENID_URL: 'https://keys.example' },
      /^BOT_OPENID_URL: must be Microsoft's address/,
    ],
    [
      'a service address without encryption',
      { SERVICE_URLS: 'http://smba.trafficmanager.net/' },
      /^SERVICE_URLS: smba\.trafficmanager\.net must be https$/,
    ],
    ['a service address that is none', { SERVICE_URLS: 'https://smba.trafficmanager.net/,,' }, /^SERVICE_URLS\.1: /],
    ['a database elsewhere', { DATABASE_URL: 'mysql://db' }, /^DATABASE_URL: /],
    ['a break-glass account by name', { BREAK_GLASS_IDS: 'emergency01@contoso.com' }, /^BREAK_GLASS_IDS\.0: /],
    [
      'a managed identity by name',
      { MANAGED_IDENTITY_CLIENT_ID: 'signoff' },
      /^MANAGED_IDENTITY_CLIENT_ID: Invalid GUID$/,
    ],
    [
      'two ways to sign in',
      { MANAGED_IDENTITY_CLIENT_ID: ids.CLIENT_ID, CLIENT_CERTIFICATE_PATH: '/certificate.pem' },
      /^MANAGED_IDENTITY_CLIENT_ID: the app signs in by it or by CLIENT_CERTIFICATE_PATH; set one of them$/,
    ],
    ['a door that is not known', { DOOR: 'ajar' }, /^DOOR: /],
    ['a log level that is not known', { LOG_LEVEL: 'loud' }, /^LOG_LEVEL: /],
    [
      'an open door to Microsoft Graph',
      { DOOR: 'open' },
      /^DOOR=open: GRAPH_URL must be a local tenant, never Microsoft Graph$/,
    ],
  ];
  for (const [title, change, sentence] of wrong) {
    it(`are refused with ${title}`, () => {
      const found = problems({ ...ids, ...change });
      assert.ok(
        found.some((problem) => sentence.test(problem)),
        found.join('\n'),
      );
    });
  }

  it('are refused when a rehearsal listens to the network', () => {
    const found = problems({ ...rehearsal, HOST: '0.0.0.0' });
    assert.deepEqual(found, [
      "HOST: a rehearsal (GRAPH_URL, EXCHANGE_URL, LOGIN_URL, BOT_OPENID_URL is not Microsoft's) must listen on loopback",
    ]);
    assert.ok(
      problems({ ...rehearsal, HOST: '0.0.0.0', DOOR: 'open' }).includes(
        'DOOR=open: the bot must listen on loopback (HOST)',
      ),
    );
  });

  it('are refused when local addresses are mixed with Microsoft’s', () => {
    assert.deepEqual(problems({ ...rehearsal, GRAPH_URL: undefined }), [
      "GRAPH_URL: a rehearsal may not mix Microsoft's addresses with local ones",
    ]);
    assert.deepEqual(problems({ ...ids, BOT_OPENID_URL: local }), [
      "GRAPH_URL, EXCHANGE_URL, LOGIN_URL: a rehearsal may not mix Microsoft's addresses with local ones",
    ]);
  });

  it('are told everything that is wrong at once, whatever kind it is', () => {
    const found = problems({
      ...ids,
      TENANT_ID: undefined,
      CLIENT_ID: 'me',
      PORT: 'many',
      GRAPH_URL: 'https://graph.evil.example',
      SERVICE_URLS: 'http://smba.trafficmanager.net/',
      DOOR: 'open',
      HOST: '0.0.0.0',
    });
    for (const name of [
      'TENANT_ID',
      'CLIENT_ID',
      'PORT',
      'GRAPH_URL',
      'SERVICE_URLS',
      'DOOR=open: the bot',
      'DOOR=open: GRAPH_URL',
      'HOST',
    ])
      assert.ok(
        found.some((problem) => problem.startsWith(name)),
        `${name} is not told:\n${found.join('\n')}`,
      );
  });

  it('never show the value of a setting that is wrong', () => {
    const secret = 'https://user:hunter2@graph.evil.example';
    assert.ok(
      !problems({ ...ids, GRAPH_URL: secret, CLIENT_ID: 'hunter2' })
        .join('\n')
        .includes('hunter2'),
    );
  });
});

describe('a loopback address', () => {
  for (const host of ['localhost', '127.0.0.1', '127.8.9.10', '::1', '[::1]']) {
    it(`is ${host}`, () => assert.ok(isLoopback(host)));
  }
  for (const host of [
    '0.0.0.0',
    '',
    '127.0.0.1.evil.example',
    'localhost.evil.example',
    '10.0.0.1',
    '::',
    '128.0.0.1',
  ]) {
    it(`is not “${host}”`, () => assert.ok(!isLoopback(host)));
  }
});
