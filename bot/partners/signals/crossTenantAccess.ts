import { z } from 'zod';
import { tenAtATime } from '../../graph/inParts.ts';
import { path } from '../../graph/path.ts';
import type { Finding } from '../finding.ts';
import type { Sight } from '../sight.ts';
import type { Signal } from '../signal.ts';

const access = z.object({ accessType: z.string().nullish() }).nullish();
const setting = z.object({ usersAndGroups: access, applications: access }).nullish();
const entry = z.object({
  tenantId: z.string().toLowerCase(),
  isServiceProvider: z.boolean().nullish(),
  isInMultiTenantOrganization: z.boolean().nullish(),
  inboundTrust: z.object({ isMfaAccepted: z.boolean().nullish() }).nullish(),
  b2bCollaborationInbound: setting,
  b2bDirectConnectInbound: setting,
});

const asDefault = entry.pick({ inboundTrust: true });

const entries = ({ graph }: Sight) => graph.list('/policies/crossTenantAccessPolicy/partners', entry);
const isShut = (one: z.output<typeof setting>): boolean =>
  one?.usersAndGroups?.accessType === 'blocked' && one.applications?.accessType === 'blocked';

/** Whom Microsoft Entra knows as a service provider, and what else is set for single organizations. */
export const crossTenantAccess: Signal = {
  name: 'cross-tenant access, where service providers stand',
  quick: true,
  permissions: ['Policy.Read.All'],
  async read(sight) {
    const [all, { inboundTrust }] = await Promise.all([
      entries(sight),
      sight.graph.read('/policies/crossTenantAccessPolicy/default', asDefault),
    ]);
    const rest: Finding = {
      of: { everybody: true },
      what: 'default',
      trustsMfa: inboundTrust?.isMfaAccepted === true,
    };
    const set = all.map(
      (one): Finding => ({
        of: { tenantId: one.tenantId },
        what: 'entry',
        isProvider: one.isServiceProvider === true,
        isOwnOrganization: one.isInMultiTenantOrganization === true,
        trustsMfa: one.inboundTrust?.isMfaAccepted ?? null,
        isBlocked: isShut(one.b2bCollaborationInbound) && isShut(one.b2bDirectConnectInbound),
      }),
    );
    return [rest, ...set];
  },
};

const synchronized = z.object({ userSyncInbound: z.object({ isSyncAllowed: z.boolean().nullish() }).nullish() });

/** Whose accounts are made here by their own tenant, again and again. */
export const synchronization: Signal = {
  name: 'synchronization of accounts from other tenants',
  quick: false,
  permissions: ['Policy.Read.All'],
  async read(sight) {
    const all = await tenAtATime(await entries(sight), async ({ tenantId }) => {
      const of = path`/policies/crossTenantAccessPolicy/partners/${tenantId}/identitySynchronization`;
      const found = await sight.graph.find(of, synchronized);
      return { tenantId, isOn: found?.userSyncInbound?.isSyncAllowed === true };
    });
    return all.filter(({ isOn }) => isOn).map(({ tenantId }) => ({ of: { tenantId }, what: 'synchronization' }));
  },
};
