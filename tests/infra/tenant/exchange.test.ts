import assert from 'node:assert/strict';
import { everyCmdlet } from '../../../infra/local/tenant/exchangeOnline/index.ts';
import { type ExchangeCall, invokeExchange, rowsOf } from '../../support/exchangeOnline.ts';
import { giveRoles } from '../../support/stepWorld.ts';
import { startTestTenant, type TestTenant } from '../../support/tenant.ts';

const exchangeAdministrator = '29232cdf-9323-42fd-ade2-1d097af3e4de';
const recipientAdministrator = '31392ffb-586c-42d1-9346-e59415a2cc4e';

describe('Exchange Online of the local tenant', () => {
  let tenant: TestTenant;
  beforeEach(async () => {
    tenant = await startTestTenant();
  });
  afterEach(() => tenant.close());

  const invoke = (name: string, parameters: Record<string, unknown> = {}, call?: ExchangeCall) =>
    invokeExchange(tenant, name, parameters, call);
  const jane = { Identity: 'jane@contoso.com' };

  it('has a shape for every cmdlet', () => {
    assert.deepEqual(Object.keys(rowsOf).toSorted(), everyCmdlet.map(({ name }) => name).toSorted());
  });

  it('answers below beta and v1.0, for the tenant’s id and its domains', async () => {
    for (const version of ['beta', 'v1.0'])
      for (const name of [tenant.data.signoff.tenantId, 'contoso.onmicrosoft.com']) {
        const url = `${tenant.url}/adminapi/${version}/${name}/InvokeCommand`;
        assert.equal((await invoke('Get-Mailbox', jane, { url })).status, 200);
      }
    const elsewhere = `${tenant.url}/adminapi/beta/11111111-2222-4333-8444-555555555555/InvokeCommand`;
    assert.equal((await invoke('Get-Mailbox', jane, { url: elsewhere })).status, 403);
    assert.equal((await invoke('Get-Mailbox', jane, { url: `${tenant.url}/adminapi/beta/x/Other` })).status, 404);
  });

  it('takes no token for Graph, and none without Exchange.ManageAsApp', async () => {
    assert.equal((await invoke('Get-Mailbox', jane, { token: await tenant.token() })).status, 401);
    tenant.data.app.permissions = tenant.data.app.permissions.filter((name) => name !== 'Exchange.ManageAsApp');
    assert.equal((await invoke('Get-Mailbox', jane)).status, 401);
    const token = 'not.a.token';
    assert.equal((await invoke('Get-Mailbox', jane, { token })).status, 401);
  });

  it('does nothing for an app without a role', async () => {
    giveRoles(tenant.data);
    const { status, message } = await invoke('Get-Mailbox', jane);
    assert.equal(status, 403);
    assert.match(message, /isn't supported in this scenario/);
  });

  it('lets a Recipient Administrator convert but not hold', async () => {
    giveRoles(tenant.data, recipientAdministrator);
    assert.equal((await invoke('Set-Mailbox', { ...jane, Type: 'Shared' })).status, 200);
    const held = await invoke('Set-Mailbox', { ...jane, LitigationHoldEnabled: true });
    assert.equal(held.status, 403);
    assert.match(held.message, /Legal Hold/);
    tenant.data.exchange.roles = ['Legal Hold'];
    assert.equal((await invoke('Set-Mailbox', { ...jane, LitigationHoldEnabled: true })).status, 200);
  });

  it('lets a role that was given in Exchange do its part alone', async () => {
    giveRoles(tenant.data);
    tenant.data.exchange.roles = ['View-Only Recipients'];
    assert.equal((await invoke('Get-Mailbox', jane)).status, 200);
    assert.equal((await invoke('Set-Mailbox', { ...jane, Type: 'Shared' })).status, 403);
    giveRoles(tenant.data, exchangeAdministrator);
    tenant.data.exchange.roles = [];
    assert.equal((await invoke('Set-Mailbox', { ...jane, Type: 'Shared' })).status, 200);
  });

  it('knows its cmdlets and parameters in any case, and no others', async () => {
    assert.equal((await invoke('Get-Mailbox', { identity: 'jane@contoso.com', ErrorAction: 'Stop' })).status, 200);
    const unknown = await invoke('Get-Mailbox', { ...jane, SoftDeleted: true });
    assert.deepEqual(
      [unknown.status, unknown.message],
      [400, "A parameter cannot be found that matches parameter name 'SoftDeleted'."],
    );
    assert.match((await invoke('Remove-Mailbox', jane)).message, /is not recognized as the name of a cmdlet/);
    assert.match((await invoke('Set-Mailbox', { Type: 'Shared' })).message, /mandatory parameters: Identity/);
    assert.match((await invoke('Set-Mailbox', { ...jane, Type: 'Common' })).message, /on parameter 'Type'/);
  });

  it('finds people by id, name, address and alias', async () => {
    const { id } = tenant.person('lizzie.fraser');
    for (const Identity of [id, 'lizzie.fraser@contoso.com', 'elizabeth.fraser-ng@contoso.com', 'Elizabeth Fraser-Ng'])
      assert.equal((await invoke('Get-Mailbox', { Identity })).rows[0]?.ExternalDirectoryObjectId, id, Identity);
    const none = await invoke('Get-Mailbox', { Identity: 'nobody@contoso.com' });
    assert.deepEqual([none.status, none.code], [404, 'NotFound']);
    assert.match(none.message, /object 'nobody@contoso\.com' couldn't be found on '/);
    assert.match((await invoke('Get-Mailbox', { Identity: 'Alex Kim' })).message, /matches multiple entries/);
  });

  it('answers in pages and with chosen properties', async () => {
    const all = (await invoke('Get-Mailbox', { ResultSize: 'Unlimited' })).rows.length;
    assert.ok(all > 60);
    const headers = { prefer: 'odata.maxpagesize=25' };
    const ids: string[] = [];
    let url: string | undefined;
    do {
      const page = await invoke('Get-Mailbox', {}, { headers, ...(url ? { url } : {}) });
      ids.push(...page.rows.map((row) => String(row.ExternalDirectoryObjectId)));
      url = page.nextLink;
    } while (url);
    assert.equal(new Set(ids).size, all);
    const chosen = `${tenant.url}/adminapi/beta/${tenant.data.signoff.tenantId}/InvokeCommand?$select=DisplayName`;
    assert.deepEqual((await invoke('Get-Mailbox', jane, { url: chosen })).rows, [{ DisplayName: 'Jane Miller' }]);
  });

  it('is struck by faults like Graph, by the name of the cmdlet', async () => {
    tenant.setFaults({ kinds: ['throttle'], match: 'POST /InvokeCommand/Set-Mailbox', count: 1, retryAfterSeconds: 7 });
    assert.equal((await invoke('Get-Mailbox', jane)).status, 200);
    const throttled = await invoke('Set-Mailbox', { ...jane, Type: 'Shared' });
    assert.deepEqual([throttled.status, throttled.headers.get('retry-after')], [429, '7']);
    assert.equal(tenant.person('jane').mailbox?.userPurpose, 'user');
    tenant.setFaults({ kinds: ['timeoutAfter'], match: 'POST /InvokeCommand', hangMs: 1 });
    await assert.rejects(invoke('Set-Mailbox', { ...jane, Type: 'Shared' }));
    assert.equal(tenant.person('jane').mailbox?.userPurpose, 'shared');
  });

  it('shows the old state for a while when reads are stale', async () => {
    tenant.setFaults({ staleMs: 1000 });
    await invoke('Set-Mailbox', { ...jane, HiddenFromAddressListsEnabled: true });
    const hidden = async () => (await invoke('Get-Mailbox', jane)).rows[0]?.HiddenFromAddressListsEnabled;
    assert.equal(await hidden(), false);
    await new Promise((resolve) => setTimeout(resolve, 1020));
    assert.equal(await hidden(), true);
  });

  it('writes down every call, with the mailbox that routed it', async () => {
    await invoke('Get-Mailbox', jane, { headers: { 'x-anchormailbox': 'jane@contoso.com' } });
    const { method, path, status, needed, matched, anchor, requestBody } = tenant.requests().at(-1)!;
    assert.deepEqual(
      { method, path, status, needed, matched, anchor },
      {
        method: 'POST',
        path: `/adminapi/beta/${tenant.data.signoff.tenantId}/InvokeCommand`,
        status: 200,
        needed: ['Exchange.ManageAsApp'],
        matched: 'Exchange.ManageAsApp',
        anchor: 'jane@contoso.com',
      },
    );
    assert.deepEqual(requestBody, { CmdletInput: { CmdletName: 'Get-Mailbox', Parameters: jane } });
  });
});
