import assert from 'node:assert/strict';
import { basePermissions } from '../../bot/cases/permissions.ts';
import { everySignal } from '../../bot/partners/everySignal.ts';
import { Sight } from '../../bot/partners/sight.ts';
import type { Signal } from '../../bot/partners/signal.ts';
import { type PartnerWorld, startPartnerWorld } from '../support/partnerWorld.ts';

describe('what a signal of other organizations needs', () => {
  let world: PartnerWorld;
  before(async () => {
    world = await startPartnerWorld();
  });
  beforeEach(() => world.tenant.reset());
  after(() => world.tenant.close());

  async function readWith(signal: Signal, permissions: readonly string[]) {
    world.tenant.data.app.permissions = [...permissions];
    return signal.read(await Sight.begin(world.graph.remembering()));
  }

  for (const signal of everySignal) {
    it(`is declared in full for ${signal.name}`, async () => {
      const found = await readWith(signal, [...basePermissions, ...signal.permissions]);
      assert.ok(found.length > 0 || signal.name === 'domains that sign in elsewhere');
    });

    for (const permission of signal.permissions) {
      it(`is needed for ${signal.name}: ${permission}`, async () => {
        const rest = [...basePermissions, ...signal.permissions].filter((name) => name !== permission);
        world.tenant.data.partners.domainFederations.push({
          id: '00000000-0000-4000-8000-000000000001',
          domain: 'contoso.com',
          displayName: 'Relecloud',
          issuerUri: 'http://sso.relecloud.com/adfs/services/trust',
          passiveSignInUri: 'https://sso.relecloud.com/adfs/ls/',
        });
        await assert.rejects(readWith(signal, rest), { name: 'GraphFailure', kind: 'denied' });
      });
    }
  }
});
