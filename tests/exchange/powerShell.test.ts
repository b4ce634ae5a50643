import assert from 'node:assert/strict';
import { forEach, ofEach, powerShell, whereAny } from '../../bot/exchange/exchange.ts';

describe('a line for PowerShell', () => {
  it('quotes values so that nothing in them is a command', () => {
    assert.equal(
      powerShell('Set-Mailbox', { Identity: "sean.o'brien@contoso.com", Note: '$(Remove-Mailbox); `x' }),
      "Set-Mailbox -Identity 'sean.o''brien@contoso.com' -Note '$(Remove-Mailbox); `x'",
    );
  });

  it('keeps quotes of other kinds closed, which PowerShell takes for the same', () => {
    for (const quote of ['‘', '’', '‚', '‛'])
      assert.equal(powerShell('X', { A: `a${quote}b` }), `X -A 'a${quote}${quote}b'`);
  });

  it('takes a property from the pipe, and looks for a value in what another line finds', () => {
    assert.equal(powerShell('X', { Id: ofEach('Id') }), 'X -Id $_.Id');
    assert.equal(forEach(powerShell('X', { A: "o'b" })), "ForEach-Object { X -A 'o''b' }");
    assert.equal(whereAny('Y', 'Name', 'o’b'), "Where-Object { (Y).Name -contains 'o’’b' }");
  });

  it('gives truth by a colon, as switches need it, and none as $null', () => {
    assert.equal(
      powerShell('X', { Confirm: false, Force: true, ForwardingAddress: null }),
      'X -Confirm:$false -Force:$true -ForwardingAddress $null',
    );
  });
});
