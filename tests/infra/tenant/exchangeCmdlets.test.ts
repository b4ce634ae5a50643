import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { quantity } from '../../../infra/local/tenant/exchangeOnline/mailboxes.ts';
import { invokeExchange } from '../../support/exchangeOnline.ts';
import { startTestTenant, type TestTenant } from '../../support/tenant.ts';

describe('cmdlets of the local tenant', () => {
  let tenant: TestTenant;
  beforeEach(async () => {
    tenant = await startTestTenant();
  });
  afterEach(() => tenant.close());

  const invoke = (name: string, parameters: Record<string, unknown> = {}) => invokeExchange(tenant, name, parameters);
  const mailboxOf = async (Identity: string) => (await invoke('Get-Mailbox', { Identity })).rows[0]!;
  const jane = { Identity: 'jane@contoso.com' };
  const purpose = async (who: string) =>
    (await tenant.call('GET', `/users/${who}@contoso.com/mailboxSettings/userPurpose`)).body.value;
  const unchanged = /^The command completed successfully but no settings of '.*' have been modified\.$/;

  it('convert a mailbox, seen by Exchange and Graph, and back', async () => {
    assert.deepEqual((await invoke('Set-Mailbox', { ...jane, Type: 'Shared' })).warnings, []);
    assert.equal((await mailboxOf('jane@contoso.com')).RecipientTypeDetails, 'SharedMailbox');
    assert.equal(await purpose('jane'), 'shared');
    assert.match((await invoke('Set-Mailbox', { ...jane, Type: 'Shared' })).warnings[0] ?? '', unchanged);
    await invoke('Set-Mailbox', { ...jane, Type: 'Regular' });
    assert.equal(await purpose('jane'), 'user');
  });

  it('show a mailbox that was on hold when its account was deleted as an inactive one, by its own id', async () => {
    const { ExchangeGuid } = await mailboxOf('dmitri@contoso.com');
    const inactive = () => invoke('Get-Mailbox', { Identity: ExchangeGuid, InactiveMailboxOnly: true });
    assert.equal((await inactive()).status, 404);
    await tenant.call('DELETE', '/users/dmitri@contoso.com');
    assert.equal((await inactive()).rows[0]?.IsInactiveMailbox, true);
    assert.equal((await invoke('Get-Mailbox', { Identity: 'dmitri@contoso.com' })).status, 404);
    await tenant.call('DELETE', '/users/jane@contoso.com');
    assert.equal((await invoke('Get-Mailbox', { InactiveMailboxOnly: true })).rows.length, 1);
  });

  it('show a conversion after a while', async () => {
    tenant.setDelays({ conversionMs: 1000 });
    await invoke('Set-Mailbox', { ...jane, Type: 'Shared' });
    assert.equal((await mailboxOf('jane@contoso.com')).RecipientTypeDetails, 'UserMailbox');
    assert.equal(await purpose('jane'), 'user');
    await tenant.call('PATCH', '/users/jane@contoso.com/mailboxSettings', { timeZone: 'UTC' });
    await sleep(1020);
    assert.equal((await mailboxOf('jane@contoso.com')).RecipientTypeDetails, 'SharedMailbox');
    assert.equal(await purpose('jane'), 'shared');
  });

  it('convert a synchronized mailbox, which the next sync turns back unless it was migrated', async () => {
    tenant.setDelays({ syncMs: 0 });
    for (const [who, type] of [
      ['wanda', 'UserMailbox'],
      ['dariusz', 'SharedMailbox'],
    ] as const) {
      await invoke('Set-Mailbox', { Identity: `${who}@contoso.com`, Type: 'Shared' });
      assert.equal((await mailboxOf(`${who}@contoso.com`)).RecipientTypeDetails, type, who);
    }
  });

  it('keep a shared mailbox without a license, and lose a regular one', async () => {
    const leave = (who: string) =>
      tenant.call('DELETE', `/groups/${tenant.groupNamed('E5 Users').id}/members/${tenant.person(who).id}/$ref`);
    await invoke('Set-Mailbox', { ...jane, Type: 'Shared' });
    assert.equal((await leave('jane')).status, 204);
    assert.equal(await purpose('jane'), 'shared');
    assert.equal((await mailboxOf('jane@contoso.com')).RecipientTypeDetails, 'SharedMailbox');
    assert.match((await invoke('Set-Mailbox', { ...jane, Type: 'Regular' })).message, /no Exchange Online license/);
    await leave('luca');
    assert.equal((await invoke('Get-Mailbox', { Identity: 'luca@contoso.com' })).status, 404);
    assert.equal((await invoke('Set-Mailbox', { Identity: 'luca@contoso.com', Type: 'Shared' })).status, 404);
  });

  it('hold a mailbox for a while or without end, and lift it', async () => {
    const { warnings } = await invoke('Set-Mailbox', { ...jane, LitigationHoldEnabled: true });
    assert.match(warnings[0] ?? '', /up to 60 minutes/);
    assert.equal((await mailboxOf('jane@contoso.com')).LitigationHoldDuration, 'Unlimited');
    await invoke('Set-Mailbox', { ...jane, LitigationHoldEnabled: true, LitigationHoldDuration: 365 });
    const held = await mailboxOf('jane@contoso.com');
    assert.deepEqual([held.LitigationHoldEnabled, held.LitigationHoldDuration], [true, '365.00:00:00']);
    await invoke('Set-Mailbox', { ...jane, LitigationHoldEnabled: false });
    assert.equal((await mailboxOf('jane@contoso.com')).LitigationHoldEnabled, false);
    const driver = await invoke('Set-Mailbox', { Identity: 'chidi@contoso.com', LitigationHoldEnabled: true });
    assert.match(driver.message, /Plan 2/);
    assert.equal((await mailboxOf('dmitri@contoso.com')).LitigationHoldEnabled, true);
  });

  it('forward, stop forwarding and hide', async () => {
    const start = await mailboxOf('jane@contoso.com');
    assert.deepEqual(
      [start.ForwardingSmtpAddress, start.DeliverToMailboxAndForward],
      ['smtp:jane.miller@fastmail.example', true],
    );
    const luca = tenant.person('luca').id;
    await invoke('Set-Mailbox', {
      ...jane,
      ForwardingSmtpAddress: null,
      ForwardingAddress: 'luca@contoso.com',
      DeliverToMailboxAndForward: false,
      HiddenFromAddressListsEnabled: true,
    });
    const { ForwardingSmtpAddress, ForwardingAddress, HiddenFromAddressListsEnabled } =
      await mailboxOf('jane@contoso.com');
    assert.deepEqual([ForwardingSmtpAddress, ForwardingAddress, HiddenFromAddressListsEnabled], [null, luca, true]);
    const again = await invoke('Set-Mailbox', { ...jane, HiddenFromAddressListsEnabled: true });
    assert.match(again.warnings[0] ?? '', unchanged);
    assert.equal((await invoke('Set-Mailbox', { ...jane, ForwardingAddress: 'nobody@contoso.com' })).status, 404);
  });

  it('leave to the on-premises directory what it masters', async () => {
    const dariusz = { Identity: 'dariusz@contoso.com' };
    const hidden = await invoke('Set-Mailbox', { ...dariusz, HiddenFromAddressListsEnabled: true });
    assert.equal(hidden.status, 400);
    assert.match(hidden.message, /being synchronized from your on-premises organization/);
    assert.equal((await invoke('Set-Mailbox', { ...dariusz, Type: 'Shared' })).status, 200);
  });

  it('add and take people who may send on behalf', async () => {
    const change = (list: Record<string, unknown>) =>
      invoke('Set-Mailbox', {
        ...jane,
        GrantSendOnBehalfTo: { '@odata.type': '#Exchange.GenericHashTable', ...list },
      });
    await change({ add: ['luca@contoso.com', 'ines@contoso.com'] });
    await change({ remove: 'ines@contoso.com' });
    assert.deepEqual((await mailboxOf('jane@contoso.com')).GrantSendOnBehalfTo, [tenant.person('luca').id]);
  });

  it('write sizes as Exchange does', async () => {
    assert.equal(quantity(59_271_234_560), '55.2 GB (59,271,234,560 bytes)');
    assert.equal(quantity(0), '0 B (0 bytes)');
    const sizeOf = async (parameters: Record<string, unknown>) =>
      (await invoke('Get-MailboxStatistics', parameters)).rows[0]?.TotalItemSize;
    assert.equal(await sizeOf({ Identity: 'hiroshi@contoso.com' }), '55.2 GB (59,271,234,560 bytes)');
    assert.equal(await sizeOf({ Identity: 'gabriela@contoso.com', Archive: true }), '38.4 GB (41,231,686,042 bytes)');
    assert.equal((await mailboxOf('gabriela@contoso.com')).ArchiveStatus, 'Active');
    assert.equal((await invoke('Get-MailboxStatistics', { ...jane, Archive: true })).status, 400);
  });

  it('give full access once, and take it again', async () => {
    const grant = { ...jane, User: 'luca@contoso.com', AccessRights: 'FullAccess' };
    const users = async (Identity: string) =>
      (await invoke('Get-MailboxPermission', { Identity })).rows.map((row) => row.User);
    assert.deepEqual((await invoke('Add-MailboxPermission', { ...grant, AutoMapping: false })).warnings, []);
    assert.match((await invoke('Add-MailboxPermission', grant)).warnings[0] ?? '', /already present on the object/);
    assert.deepEqual(await users('jane@contoso.com'), ['NT AUTHORITY\\SELF', 'luca@contoso.com']);
    const taken = { ...grant, AccessRights: ['FullAccess'], Confirm: false };
    assert.deepEqual((await invoke('Remove-MailboxPermission', taken)).warnings, []);
    assert.match((await invoke('Remove-MailboxPermission', taken)).warnings[0] ?? '', /doesn't exist on the object/);
    assert.deepEqual(await users('jane@contoso.com'), ['NT AUTHORITY\\SELF']);
    assert.ok((await users('sales@contoso.com')).includes('jane@contoso.com'));
  });

  it('give and take send as, and find it everywhere by trustee', async () => {
    const everywhere = async () =>
      (await invoke('Get-RecipientPermission', { Trustee: 'jane@contoso.com' })).rows.map((row) => row.Identity);
    const sales = tenant.person('sales').id;
    assert.deepEqual(await everywhere(), [sales]);
    const right = { Identity: 'luca@contoso.com', Trustee: 'jane@contoso.com', AccessRights: 'SendAs', Confirm: false };
    await invoke('Add-RecipientPermission', right);
    assert.equal((await everywhere()).length, 2);
    await invoke('Remove-RecipientPermission', right);
    await invoke('Remove-RecipientPermission', { ...right, Identity: sales });
    assert.deepEqual(await everywhere(), []);
  });

  it('list and remove inbox rules, the hidden ones on request', async () => {
    const names = async (more = {}) =>
      (await invoke('Get-InboxRule', { Mailbox: 'jane@contoso.com', ...more })).rows.map((row) => row.Name);
    assert.deepEqual(await names(), ['Deals to my private mail', 'Newsletters']);
    const hidden = (await names({ IncludeHidden: true })).slice(2);
    assert.match(String(hidden[0]), /^Junk E-mail Rule$/);
    assert.match(String(hidden[1]), /^Microsoft\.Exchange\.OOF\./);
    const [deals, news] = (await invoke('Get-InboxRule', { Mailbox: 'jane@contoso.com' })).rows;
    assert.deepEqual(deals?.ForwardTo, ['"Jane Miller (private)" [SMTP:jane.miller@fastmail.example]']);
    await invoke('Remove-InboxRule', { Identity: deals?.Identity, Confirm: false, Force: true });
    await invoke('Remove-InboxRule', { Mailbox: 'jane@contoso.com', Identity: news?.RuleIdentity });
    assert.deepEqual(await names(), []);
    assert.equal((await invoke('Remove-InboxRule', { Identity: deals?.Identity })).status, 404);
    const { body } = await tenant.call('GET', '/users/jane@contoso.com/mailFolders/inbox/messageRules');
    assert.deepEqual(body.value, []);
  });

  it('change distribution lists and mail-enabled security groups, which Graph refuses', async () => {
    const member = { Member: 'jane@contoso.com', BypassSecurityGroupManagerCheck: true, Confirm: false };
    for (const name of ['All Sales', 'Quote Approvals']) {
      const { id } = tenant.groupNamed(name);
      const remove = () => invoke('Remove-DistributionGroupMember', { Identity: id, ...member });
      assert.equal((await remove()).status, 200);
      assert.match((await remove()).message, new RegExp(`"Jane Miller" isn't a member of the group "${name}"`));
      const add = () => invoke('Add-DistributionGroupMember', { Identity: id, ...member });
      assert.equal((await add()).status, 200);
      assert.match((await add()).message, /is already a member of the group/);
      const members = (await invoke('Get-DistributionGroupMember', { Identity: id })).rows;
      assert.ok(members.some((row) => row.PrimarySmtpAddress === 'jane@contoso.com'));
    }
    const { Member } = member;
    tenant.groupNamed('All Sales').owners = [tenant.person('luca').id];
    const without = await invoke('Remove-DistributionGroupMember', { Identity: 'all-sales@contoso.com', Member });
    assert.match(without.message, /only be performed by a manager of the group/);
    const unified = { Identity: 'sales-team@contoso.com', ...member };
    assert.equal((await invoke('Remove-DistributionGroupMember', unified)).status, 404);
  });

  it('list and remove the phones that sync', async () => {
    const devices = async () => (await invoke('Get-MobileDevice', { Mailbox: 'jane@contoso.com' })).rows;
    const [phone] = await devices();
    assert.equal(phone?.FriendlyName, "Jane's iPhone");
    await invoke('Remove-MobileDevice', { Identity: phone?.Identity, Confirm: false });
    assert.deepEqual(await devices(), []);
    assert.equal((await invoke('Remove-MobileDevice', { Identity: phone?.Identity })).status, 404);
  });
});
