import assert from 'node:assert/strict';
import { startTestTenant, type TestTenant } from '../../support/tenant.ts';

const cases = '/security/cases/ediscoveryCases';
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe('eDiscovery of the local tenant', () => {
  let tenant: TestTenant;
  before(async () => {
    tenant = await startTestTenant();
  });
  beforeEach(() => tenant.reset());
  after(async () => {
    assert.deepEqual(tenant.violations, []);
    await tenant.close();
  });

  const made = async (path: string, body: unknown) => {
    const answer = await tenant.call('POST', path, body);
    assert.equal(answer.status, 201, JSON.stringify(answer.body));
    return `${path}/${answer.body.id}`;
  };
  const openCase = () => made(cases, { displayName: 'OFF-42 Jane Miller', externalId: 'OFF-42' });
  const follow = async (location: string | null, headers = {}) =>
    (await tenant.call('GET', location!.slice(`${tenant.url}/v1.0`.length), undefined, headers)).body;
  async function prepared() {
    const own = await openCase();
    const custodian = await made(`${own}/custodians`, { email: 'jane@contoso.com' });
    await made(`${custodian}/userSources`, { email: 'jane@contoso.com', includedSources: 'mailbox,site' });
    const search = await made(`${own}/searches`, {
      displayName: 'Everything',
      contentQuery: '',
      dataSourceScopes: 'allCaseCustodians',
    });
    await tenant.call('POST', `${search}/estimateStatistics`);
    return { own, custodian, search };
  }
  const asPst = {
    displayName: 'OFF-42',
    exportCriteria: 'searchHits',
    exportFormat: 'pst',
    additionalOptions: 'includeFolderAndPath,splitSource',
  };

  it('finds a case again by the number that it was opened with', async () => {
    await openCase();
    const { body } = await tenant.call('GET', `${cases}?$filter=externalId eq 'OFF-42'`);
    assert.deepEqual(
      body.value.map((own: Record<string, string>) => [own.displayName, own.status]),
      [['OFF-42 Jane Miller', 'active']],
    );
    assert.equal((await tenant.call('POST', cases, { displayName: 'off-42 jane miller' })).status, 409);
  });

  it('applies a hold and lifts it, each after a while', async () => {
    tenant.setDelays({ holdMs: 600 });
    const { custodian } = await prepared();
    const holdStatus = async () => (await tenant.call('GET', custodian)).body.holdStatus;
    assert.equal(await holdStatus(), 'notApplied');
    const answer = await tenant.call('POST', `${custodian}/applyHold`);
    assert.deepEqual([answer.status, await holdStatus()], [202, 'applying']);
    assert.equal((await follow(answer.headers.get('location'))).action, 'holdUpdate');
    await sleep(750);
    assert.equal(await holdStatus(), 'applied');
    await tenant.call('POST', `${custodian}/removeHold`);
    assert.equal(await holdStatus(), 'removing');
    await sleep(750);
    assert.equal(await holdStatus(), 'notApplied');
  });

  it('exports in steps, and names the files at the end', async () => {
    tenant.setDelays({ exportMs: 2000 });
    const { own, search } = await prepared();
    const answer = await tenant.call('POST', `${search}/exportResult`, asPst);
    assert.equal(answer.status, 202);
    const location = answer.headers.get('location');
    const begun = await follow(location);
    assert.deepEqual([begun.status, begun.percentProgress, begun.exportFileMetadata], ['notStarted', 0, []]);
    await sleep(800);
    const running = await follow(location);
    assert.equal(running.status, 'running');
    assert.ok(running.percentProgress > 0 && running.percentProgress < 100);
    await sleep(1400);
    const done = await follow(location);
    assert.deepEqual([done.status, done.percentProgress], ['succeeded', 100]);
    assert.deepEqual(Object.keys(done.exportFileMetadata[0]), ['fileName', 'size', 'downloadUrl']);
    assert.equal((await tenant.call('GET', `${own}/operations`)).body.value.length, 2);
  });

  it('names later actions only to those who prefer to see them', async () => {
    const { search } = await prepared();
    const location = (await tenant.call('POST', `${search}/exportResult`, asPst)).headers.get('location');
    assert.equal((await follow(location)).action, 'unknownFutureValue');
    assert.equal((await follow(location, { prefer: 'include-unknown-enum-members' })).action, 'exportResult');
  });

  it('can end an export badly', async () => {
    tenant.setDelays({ exportMs: 0 });
    tenant.data.ediscovery.exportEndsAs = 'failed';
    const { search } = await prepared();
    const answer = await tenant.call('POST', `${search}/exportResult`, asPst);
    const failed = await follow(answer.headers.get('location'));
    assert.deepEqual([failed.status, failed.exportFileMetadata], ['failed', []]);
    assert.ok(failed.resultInfo.message);
  });

  it('exports only what was estimated', async () => {
    const { own, search } = await prepared();
    tenant.data.ediscoveryCases[0]!.operations = [];
    assert.equal((await tenant.call('POST', `${search}/exportResult`, asPst)).status, 400);
    tenant.setDelays({ estimateMs: 3_600_000 });
    await tenant.call('POST', `${search}/estimateStatistics`);
    assert.equal((await tenant.call('GET', `${own}/operations`)).body.value[0].status, 'notStarted');
    assert.equal((await tenant.call('POST', `${search}/exportResult`, asPst)).status, 400);
  });

  it('says what is missing: permission, role group, billing, licenses', async () => {
    const { search } = await prepared();
    const { subscribedSkus } = tenant.data;
    tenant.data.subscribedSkus = [];
    assert.match((await tenant.call('GET', cases)).body.error.message, /Premium/);
    tenant.data.subscribedSkus = subscribedSkus;
    tenant.data.ediscovery.billing = false;
    assert.equal((await tenant.call('POST', `${search}/exportResult`, asPst)).status, 402);
    tenant.data.ediscovery.roleGroup = false;
    for (const answer of [await tenant.call('GET', cases), await tenant.call('POST', cases, { displayName: 'x' })]) {
      assert.equal(answer.status, 403);
      assert.match(answer.body.error.message, /role group/);
    }
    tenant.data.ediscovery.roleGroup = true;
    tenant.data.app.permissions = ['eDiscovery.Read.All'];
    assert.equal((await tenant.call('GET', cases)).status, 200);
    const denied = await tenant.call('POST', cases, { displayName: 'x' });
    assert.deepEqual([denied.status, denied.body.error.code], [403, 'Authorization_RequestDenied']);
  });

  it('closes a case, which ends its holds and every change', async () => {
    tenant.setDelays({ holdMs: 0 });
    const { own, custodian, search } = await prepared();
    await tenant.call('POST', `${custodian}/applyHold`);
    assert.equal((await tenant.call('GET', custodian)).body.holdStatus, 'applied');
    assert.equal((await tenant.call('POST', `${own}/close`)).status, 204);
    assert.equal((await tenant.call('GET', own)).body.status, 'closed');
    assert.equal((await tenant.call('GET', custodian)).body.holdStatus, 'notApplied');
    assert.equal((await tenant.call('POST', `${search}/exportResult`, asPst)).status, 400);
  });

  it('takes nobody unknown, and nobody twice', async () => {
    const own = await openCase();
    const add = (email: string) => tenant.call('POST', `${own}/custodians`, { email });
    assert.equal((await add('nobody@contoso.com')).status, 400);
    assert.equal((await add('jane@contoso.com')).status, 201);
    assert.equal((await add('jane@contoso.com')).status, 409);
    assert.equal((await tenant.call('GET', `${cases}/00000000-0000-4000-8000-000000000000`)).status, 404);
  });
});
