import assert from 'node:assert/strict';
import { revokeConsents } from '../../bot/steps/revokeConsents.ts';
import { stepSuite } from '../support/stepSuite.ts';

describe('revoke-consents', () => {
  const suite = stepSuite(revokeConsents);
  const consents = () =>
    suite.data.permissionGrants.map(({ clientId, principalId, scope }) => [clientId, principalId, scope]);

  it('names the app and what it was allowed, and takes back only the person’s own', async () => {
    const others = consents().filter(([, principalId]) => principalId !== suite.tenant.person('jane').id);
    const { found } = await suite.go('jane');
    assert.deepEqual(found.changes.toSorted(), [
      'App Litware Scheduler: allowed User.Read Calendars.ReadWrite offline_access → not allowed',
      'App Wingtip Notes: allowed User.Read Files.Read offline_access → not allowed',
    ]);
    assert.deepEqual(consents(), others, 'an admin’s consent for everybody stays, and that of others');
  });

  it('never takes back what an admin allowed for everybody, even where Graph lists it with the person’s own', async () => {
    const { context } = await suite.preview('jane');
    const id = context.subject.id;
    for (const one of [
      { consentType: 'AllPrincipals', principalId: null },
      { consentType: 'Principal', principalId: suite.tenant.person('luca').id },
    ]) {
      const all = [{ id: 'x', clientId: id, resourceId: id, scope: 'User.Read', ...one }];
      const graph = { ...context.graph, list: async () => all as never };
      const found = await revokeConsents.preview({ ...context, graph });
      assert.ok('notNeeded' in found);
    }
  });

  it('gives back each consent with the same scope, for the person alone', async () => {
    const before = consents().toSorted();
    const done = await suite.go('jane');
    await suite.undo(done);
    assert.deepEqual(consents().toSorted(), before);
    assert.ok(
      suite.data.permissionGrants
        .filter(({ principalId }) => principalId !== null)
        .every((one) => one.consentType === 'Principal'),
    );
  });

  it('takes back a consent that was widened after the plan, too', async () => {
    const { context, before } = await suite.preview('jane');
    for (const grant of suite.data.permissionGrants) grant.scope = `${grant.scope} Mail.Send`;
    await revokeConsents.run(context, before);
    assert.ok('proved' in (await revokeConsents.verify(context, before)));
  });

  it('puts nothing over a consent that is there again', async () => {
    const done = await suite.go('jane');
    await suite.undo(done);
    for (const grant of suite.data.permissionGrants) grant.scope = 'User.Read';
    await suite.undo(done);
    assert.ok(suite.data.permissionGrants.every(({ scope }) => scope === 'User.Read'));
  });

  it('names an app whose service principal can’t be found all the same', async () => {
    const name = 'Wingtip Notes';
    suite.data.servicePrincipals = suite.data.servicePrincipals.filter(({ displayName }) => displayName !== name);
    const { found } = await suite.preview('jane');
    assert.ok(found.changes.some((words) => words.startsWith('App without a name: allowed')));
  });

  it('is not needed where nothing was allowed', async () => {
    assert.equal((await suite.plan('tess')).why, 'They allowed no apps anything.');
  });
});
