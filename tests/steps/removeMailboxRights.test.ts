import assert from 'node:assert/strict';
import { removeMailboxRights } from '../../bot/steps/removeMailboxRights.ts';
import { stepSuite } from '../support/stepSuite.ts';

describe('remove-mailbox-rights', () => {
  const suite = stepSuite(removeMailboxRights);
  const jane = () => suite.tenant.person('jane').id;
  const sales = () => {
    const found = suite.data.users.find(({ displayName }) => displayName === 'Contoso Sales')?.mailbox;
    assert.ok(found);
    return found;
  };

  it('takes away full access and Send As, and leaves those of others', async () => {
    const others = sales().sendAs.filter((id) => id !== jane());
    const { found, proved } = await suite.go('jane');
    assert.deepEqual(found.changes, [
      'Mailbox “Contoso Sales”: full access → none',
      'Mailbox “Contoso Sales”: send as → none',
    ]);
    assert.equal(proved, '2 rights were taken away.');
    assert.deepEqual(sales().sendAs, others);
    assert.ok(!sales().fullAccess.some(({ id }) => id === jane()));
  });

  it('finds Send As on the mailbox of a colleague, too', async () => {
    suite.tenant.person('luca').mailbox?.sendAs.push(jane());
    const { found } = await suite.preview('jane');
    assert.ok(found.changes.includes('Mailbox “Luca Moretti”: send as → none'), found.changes.join());
  });

  it('says where it does not look, also where it finds nothing', async () => {
    const { leaves, why } = await suite.plan('siti');
    assert.equal(why, 'No rights on others’ mailboxes were found.');
    assert.match(leaves.join(), /Send on behalf and shared calendars: Signoff does not look there/);
    const template = suite.data.users.find(({ mailbox }) => mailbox?.userPurpose === 'shared');
    assert.ok(template);
    for (let number = 0; number < 40; number++) {
      const address = `shared${number}@contoso.com`;
      const id = crypto.randomUUID();
      suite.data.users.push({
        ...structuredClone(template),
        id,
        displayName: `Shared ${number}`,
        userPrincipalName: address,
        mail: address,
        mailNickname: `shared${number}`,
        proxyAddresses: [`SMTP:${address}`],
      });
    }
    assert.match((await suite.plan('siti')).leaves.join(), /looked in 30 shared mailboxes, and there are more/);
  });

  it('is repeated without harm, and put back by undo', async () => {
    const untouched = suite.state();
    const { context, before } = await suite.preview('jane');
    await removeMailboxRights.run(context, before);
    await removeMailboxRights.run(context, before);
    await removeMailboxRights.undo?.(context, before);
    assert.deepEqual(suite.state(), untouched);
  });

  it('does not ask about people from outside', async () => {
    suite.tenant.exchanges.length = 0;
    const { why } = await suite.plan('gregor.weiss_fabrikam.com#EXT#@contoso.onmicrosoft.com');
    assert.equal(why, 'Nobody from outside has rights on mailboxes here.');
  });
});
