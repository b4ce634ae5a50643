import assert from 'node:assert/strict';
import { AppError } from '../../bot/errors.ts';
import type { Exchange } from '../../bot/exchange/exchange.ts';
import { inInner, inputOf, isKind, jane, row, rows, scripted, tenantId, token } from '../support/scriptedExchange.ts';

const anchor = `APP:SystemMailbox{bb558c35-97f1-4cb9-8ff7-d53741dc928c}@${tenantId}`;

describe('a call to Exchange Online', () => {
  it('is the POST that Microsoft’s own module sends, anchored to the organization', async () => {
    await using world = await scripted(() => rows(row));
    await world.exchange.mailbox(jane.id);
    const [request] = world.requests;
    assert.ok(request);
    assert.deepEqual([request.method, request.path], ['POST', `/adminapi/beta/${tenantId}/InvokeCommand`]);
    assert.equal(request.headers['x-anchormailbox'], anchor);
    assert.equal(request.headers.authorization, `Bearer ${token}`);
    assert.match(request.headers['content-type'] ?? '', /^application\/json/);
    assert.deepEqual(inputOf(request), { CmdletName: 'Get-Mailbox', Parameters: { Identity: jane.id } });
  });

  const writes: [string, (exchange: Exchange) => Promise<void>, unknown][] = [
    [
      'a change',
      (exchange) => exchange.change('m', { type: 'Shared', onHold: true, hidden: false, forwardingAddress: null }),
      {
        CmdletName: 'Set-Mailbox',
        Parameters: {
          Identity: 'm',
          Type: 'Shared',
          LitigationHoldEnabled: true,
          HiddenFromAddressListsEnabled: false,
          ForwardingAddress: null,
        },
      },
    ],
    [
      'full access',
      (exchange) => exchange.giveRight('m', 'FullAccess', 'p'),
      {
        CmdletName: 'Add-MailboxPermission',
        Parameters: { Identity: 'm', User: 'p', AccessRights: 'FullAccess', AutoMapping: true },
      },
    ],
    [
      'send as',
      (exchange) => exchange.giveRight('m', 'SendAs', 'p'),
      {
        CmdletName: 'Add-RecipientPermission',
        Parameters: { Identity: 'm', Trustee: 'p', AccessRights: 'SendAs', Confirm: false },
      },
    ],
    [
      'full access no more',
      (exchange) => exchange.takeRight('m', 'FullAccess', 'p'),
      {
        CmdletName: 'Remove-MailboxPermission',
        Parameters: { Identity: 'm', User: 'p', AccessRights: 'FullAccess', Confirm: false },
      },
    ],
    [
      'a list left',
      (exchange) => exchange.leaveGroup('m', 'p'),
      {
        CmdletName: 'Remove-DistributionGroupMember',
        Parameters: { Identity: 'm', Member: 'p', Confirm: false },
      },
    ],
  ];
  for (const [what, write, input] of writes) {
    it(`says ${what} with the cmdlet’s own parameters`, async () => {
      await using world = await scripted(() => rows());
      await write(world.exchange);
      assert.deepEqual(world.requests.map(inputOf), [input]);
      assert.equal(world.requests[0]?.headers['x-anchormailbox'], anchor);
    });
  }

  it('follows no redirect: what is written, and the token, go to Exchange alone', async () => {
    await using elsewhere = await scripted(() => rows(row));
    await using world = await scripted(() => ({ status: 307, headers: { location: 'http://127.0.0.1:1/' } }));
    await assert.rejects(world.exchange.change(jane.id, { hidden: true }), isKind('ambiguous'));
    assert.equal(elsewhere.requests.length, 0);
  });

  it('logs the cmdlet and how long it took, and no token, no address, no id of a person', async () => {
    await using world = await scripted(({ body }) =>
      body.includes('Get-Mailbox"') ? rows(row) : { status: 400, body: inInner('jane@contoso.com is out of scope.') },
    );
    await world.exchange.mailbox(jane.id);
    await assert.rejects(world.exchange.change(jane.id, { forwardingSmtpAddress: 'a@private.example' }));
    assert.equal(world.lines.length, 2);
    assert.match(world.lines.join(), /"exchange":"Get-Mailbox","ms":\d+/);
    assert.doesNotMatch(world.lines.join(), /the-token|jane|8bdee202|private\.example/);
  });
});

describe('what Exchange Online answers', () => {
  const mailboxes: [string, object, object][] = [
    [
      'a regular one',
      {},
      { type: 'UserMailbox', hasArchive: false, forwardingAddress: null, forwardingSmtpAddress: null },
    ],
    [
      'a shared one with an archive',
      { RecipientTypeDetails: 'SharedMailbox', ArchiveStatus: 'Active' },
      { type: 'SharedMailbox', hasArchive: true },
    ],
    ['forwarding outside', { ForwardingSmtpAddress: 'smtp:a@b.example' }, { forwardingSmtpAddress: 'a@b.example' }],
    ['forwarding in capitals', { ForwardingSmtpAddress: 'SMTP:a@b.example' }, { forwardingSmtpAddress: 'a@b.example' }],
    ['forwarding inside', { ForwardingAddress: 'Luca Moretti' }, { forwardingAddress: 'Luca Moretti' }],
    [
      'empty text for none',
      { ForwardingAddress: '', ForwardingSmtpAddress: '' },
      { forwardingAddress: null, forwardingSmtpAddress: null },
    ],
    [
      'hold and hiding',
      { LitigationHoldEnabled: true, HiddenFromAddressListsEnabled: true },
      { onHold: true, hidden: true },
    ],
    ['no word on copies', { DeliverToMailboxAndForward: undefined }, { deliverToMailboxAndForward: false }],
  ];
  for (const [what, more, expected] of mailboxes) {
    it(`is read as a mailbox: ${what}`, async () => {
      await using world = await scripted(() => rows({ ...row, ...more }));
      const found = await world.exchange.mailbox(jane.id);
      for (const [name, value] of Object.entries(expected))
        assert.equal(found?.[name as keyof typeof found], value, name);
    });
  }

  const sizes: [string, unknown, number][] = [
    ['text', '55.2 GB (59,271,234,560 bytes)', 59_271_234_560],
    ['an object', { Value: '12.4 GB (13,314,398,618 bytes)' }, 13_314_398_618],
    ['points between thousands', '55,2 GB (59.271.234.560 bytes)', 59_271_234_560],
    ['spaces between thousands', '1 KB (1 024 bytes)', 1024],
    ['an empty mailbox', '0 B (0 bytes)', 0],
  ];
  for (const [what, TotalItemSize, bytes] of sizes) {
    it(`is read as a size: ${what}`, async () => {
      await using world = await scripted(() => rows({ TotalItemSize }));
      assert.equal(await world.exchange.mailboxSize(jane.id), bytes);
    });
  }

  for (const size of ['Unlimited', '55.2 GB', '']) {
    it(`is never taken for a small mailbox when the size is “${size}”`, async () => {
      await using world = await scripted(() => rows({ TotalItemSize: size }));
      await assert.rejects(
        world.exchange.mailboxSize(jane.id),
        (error) => error instanceof AppError && error.code === 'exchange-shape',
      );
    });
  }

  it('is no bytes for a mailbox that nobody ever opened', async () => {
    await using world = await scripted(() => rows());
    assert.equal(await world.exchange.mailboxSize(jane.id), 0);
  });

  for (const AccessRights of ['FullAccess', ['FullAccess', 'ReadPermission'], 'FullAccess, ReadPermission']) {
    it(`is read as a right, also from ${JSON.stringify(AccessRights)}`, async () => {
      await using world = await scripted(() => rows({ AccessRights }));
      assert.equal(await world.exchange.hasRight('m', 'FullAccess', jane), true);
      assert.equal(await world.exchange.hasRight('m', 'SendAs', jane), false);
    });
  }

  for (const body of [{ value: 'x' }, [], { value: [{ ...row, LitigationHoldEnabled: 'yes' }] }]) {
    it(`is a shape that Signoff says it does not understand: ${JSON.stringify(body).slice(0, 30)}`, async () => {
      await using world = await scripted(() => ({ body }));
      await assert.rejects(
        world.exchange.mailbox(jane.id),
        (error) => error instanceof AppError && error.code === 'exchange-shape' && !error.message.includes('yes'),
      );
      assert.equal(world.requests.length, 1, 'and asks for no more');
    });
  }

  it('may have been done when the answer to a change can’t be understood', async () => {
    await using world = await scripted(() => ({ body: '<html>' }));
    await assert.rejects(world.exchange.change(jane.id, { hidden: true }), isKind('ambiguous'));
  });
});
