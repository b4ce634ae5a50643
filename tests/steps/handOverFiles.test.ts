import assert from 'node:assert/strict';
import { handOverFiles } from '../../bot/steps/handOverFiles.ts';
import { stepSuite } from '../support/stepSuite.ts';
import { flat } from '../support/stepWorld.ts';

const link = 'https://contoso-my.sharepoint.com/personal/jane_contoso_com/Documents';

const withoutLicense = 'Without a license it is read-only from day 60 and archived from day 93.';

const links =
  'Whoever files were shared with, by name or by link, still reaches them. To end it for people outside the organization: Microsoft 365 admin center, the person, OneDrive, Manage external sharing.';

describe('hand-over-files', () => {
  const suite = stepSuite(handOverFiles);
  const drive = () => {
    const { id } = suite.tenant.person('jane');
    const found = suite.data.drives.find(({ ownerId }) => ownerId === id);
    assert.ok(found);
    return found;
  };
  const luca = () => suite.tenant.person('luca').id;

  it('lets the successor edit everything where it is, sends no mail, and gives the link', async () => {
    const { found, proved } = await suite.go('jane', { endState: 'keep' });
    assert.deepEqual(found.changes, [`OneDrive (38.6 GB): Luca Moretti may edit it. ${withoutLicense}`]);
    assert.equal(proved, `Luca Moretti may edit the OneDrive (${link}). ${withoutLicense}`);
    assert.deepEqual(found.leaves, [
      'Items that were shared by themselves have rights of their own, and may stay closed to Luca Moretti. A SharePoint Administrator opens them: SharePoint admin center, More features, User profiles, Manage site collection owners.',
      links,
    ]);
    assert.deepEqual(found.touches, [drive().id, luca()]);
    const invite = suite.tenant.exchanges.find(({ path }) => path.endsWith('/invite'));
    assert.deepEqual(invite?.requestBody, {
      recipients: [{ objectId: luca() }],
      roles: ['write'],
      requireSignIn: true,
      sendInvitation: false,
    });
  });

  it('says for how many days files really are kept after the account is deleted', async () => {
    suite.data.sharePoint.deletedUserPersonalSiteRetentionPeriodInDays = 180;
    const { found } = await suite.preview('jane', { endState: 'delete' });
    assert.match(found.changes.join(), /It is kept for 180 days after the account is deleted\.$/);
  });

  it('says what is usual where it may not look', async () => {
    const { context } = await suite.preview('jane');
    const permissions = new Set(context.access.permissions);
    permissions.delete('SharePointTenantSettings.Read.All');
    const found = await handOverFiles.preview({ ...context, access: { ...context.access, permissions } });
    assert.ok('changes' in found);
    assert.match(flat(found.changes).changes.join(), /30 days unless your organization set another time\.$/);
  });

  it('gives more to a successor who may only read', async () => {
    drive().grants = [{ id: 'grant', userId: luca(), roles: ['read'] }];
    await suite.go('jane');
    assert.deepEqual(
      drive().grants.map(({ roles }) => roles),
      [['write']],
    );
  });

  it('is not needed when the successor may edit everything already, and then takes nothing away by undo', async () => {
    drive().grants = [{ id: 'grant', userId: luca(), roles: ['write'] }];
    const { kind, why, leaves } = await suite.plan('jane');
    assert.equal(leaves.length, 2, 'what it does not reach stays all the same');
    assert.deepEqual([kind, why], ['not-needed', `Luca Moretti already may edit the OneDrive (${link}).`]);
  });

  it('takes away by undo only what it gave', async () => {
    const tess = { id: 'tess', userId: suite.tenant.person('tess').id, roles: ['write' as const] };
    drive().grants = [tess];
    await suite.undo(await suite.go('jane'));
    assert.deepEqual(drive().grants, [tess]);
  });

  it('is content when somebody else has taken the grant away', async () => {
    const done = await suite.go('jane');
    drive().grants = [];
    await suite.undo(done);
    assert.deepEqual(drive().grants, []);
  });

  it('is not needed where the OneDrive was never opened, or nobody was chosen', async () => {
    const { id } = drive();
    suite.data.drives = suite.data.drives.filter((one) => one.id !== id);
    assert.equal((await suite.plan('jane')).why, 'There is no OneDrive.');
    suite.tenant.reset();
    suite.data.sharePoint.licensed = false;
    assert.equal((await suite.plan('jane')).why, 'There is no OneDrive.');
    assert.equal((await suite.plan('jane', { successor: null })).kind, 'not-needed');
  });

  it('says what becomes of files that nobody gets', async () => {
    const kept = await suite.plan('jane', { successor: null, endState: 'keep' });
    assert.deepEqual([kept.kind, kept.why, kept.leaves], ['not-needed', 'Nobody was chosen as successor.', [links]]);
    assert.deepEqual(
      kept.warns?.map((line) => line.replace(/ \([\d.]+ GB\)/, ' (… GB)')),
      [`Nobody gets the OneDrive (… GB). ${withoutLicense}`],
    );
    const deleted = await suite.plan('jane', { successor: null, endState: 'delete' });
    assert.match(deleted.warns?.join() ?? '', /^Nobody gets the OneDrive \([\d.]+ GB\)\. It is kept for 30 days/);
  });
});
