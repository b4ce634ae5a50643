import assert from 'node:assert/strict';
import { handOverApps } from '../../bot/steps/handOverApps.ts';
import { stepSuite } from '../support/stepSuite.ts';

describe('hand-over-apps', () => {
  const suite = stepSuite(handOverApps);
  const id = (name: string) => suite.tenant.person(name).id;
  const exporter = () => suite.data.applications.find(({ displayName }) => displayName === 'Deal Room Exporter')!;
  const principal = () => suite.data.servicePrincipals.find(({ displayName }) => displayName === 'Deal Room Exporter')!;
  const secrets =
    'They may have seen the 2 secrets of the app registration “Deal Room Exporter”: make new ones by hand.';

  it('hands over what is theirs alone, ends what is not, and names secrets that still work', async () => {
    const { found, proved } = await suite.go('jane');
    assert.deepEqual(found.changes.toSorted(), [
      'App registration “Deal Room Exporter”: owner → not an owner; Luca Moretti becomes owner first, and can then act as the app',
      'Enterprise app “Deal Room Exporter”: owner → not an owner',
    ]);
    assert.deepEqual(found.leaves, [secrets]);
    assert.deepEqual([exporter().owners, principal().owners], [[id('luca')], [id('priya')]]);
    assert.equal(proved, '2 apps are handed over.');
    assert.ok(suite.writes().every((write) => write.endsWith('/$ref')));
  });

  it('leaves nothing without an owner: where nobody takes over it stays, and is named', async () => {
    const { found } = await suite.go('jane', { successor: null });
    assert.deepEqual(found.changes, ['Enterprise app “Deal Room Exporter”: owner → not an owner']);
    assert.deepEqual(found.leaves, [
      secrets,
      'Owns the app registration “Deal Room Exporter” alone: choose a successor, or find it another owner.',
    ]);
    assert.deepEqual(exporter().owners, [id('jane')]);
  });

  it('does not touch Signoff itself, nor what is Microsoft’s', async () => {
    const { clientId, servicePrincipalId } = suite.data.signoff;
    Object.assign(exporter(), { appId: clientId, owners: [id('tomasz')] });
    const graph = suite.data.servicePrincipals.find(({ displayName }) => displayName === 'Microsoft Graph')!;
    const own = suite.data.servicePrincipals.find((one) => one.id === servicePrincipalId)!;
    graph.owners = [id('tomasz')];
    own.owners = [id('tomasz')];
    const { kind, leaves } = await suite.plan('tomasz');
    assert.equal(kind, 'not-needed');
    const words = 'which Signoff is: choose who owns it, and change that in the Entra admin center.';
    assert.deepEqual(leaves.toSorted(), [
      `Owns the app registration “Deal Room Exporter”, ${words}`,
      `Owns the enterprise app “Signoff”, ${words}`,
    ]);
  });

  it('counts people alone as owners, and does not take an app for one', async () => {
    exporter().owners.push(principal().id);
    const { found } = await suite.go('jane');
    assert.match(found.changes.join(), /App registration .* Luca Moretti becomes owner first/);
    assert.deepEqual(exporter().owners, [principal().id, id('luca')]);
  });

  it('is not proved by an app that nobody owns', async () => {
    const { context, before } = await suite.preview('jane');
    exporter().owners = [];
    principal().owners = [];
    assert.deepEqual(await handOverApps.verify(context, before), {
      notYet: 'No owner is to be seen yet for “Deal Room Exporter”, “Deal Room Exporter”.',
    });
  });

  it('has nothing to do with an app that was deleted meanwhile, in run and in undo', async () => {
    const { context, before } = await suite.preview('jane');
    suite.data.applications = suite.data.applications.filter(({ displayName }) => displayName !== 'Deal Room Exporter');
    await handOverApps.run(context, before);
    assert.ok('proved' in (await handOverApps.verify(context, before)));
    await handOverApps.undo?.(context, before);
    assert.ok(principal().owners.includes(id('jane')));
  });

  it('leaves a successor by undo who owned it before', async () => {
    principal().owners = [id('jane'), id('luca')];
    await suite.undo(await suite.go('jane'));
    assert.deepEqual(principal().owners.toSorted(), [id('jane'), id('luca')].toSorted());
    assert.deepEqual(exporter().owners, [id('jane')]);
  });
});
