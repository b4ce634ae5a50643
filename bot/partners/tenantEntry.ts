import { z } from 'zod';
import type { GraphReader } from '../graph/graph.ts';
import { path } from '../graph/path.ts';

/** What is set for one other tenant in cross-tenant access; what is null goes by the default. */

const targets = z.object({
  accessType: z.enum(['allowed', 'blocked']).nullish(),
  targets: z.array(z.object({ target: z.string().nullish(), targetType: z.string().nullish() })).nullish(),
});
const setting = z.object({ usersAndGroups: targets.nullish(), applications: targets.nullish() }).nullable();
const consent = z.object({ inboundAllowed: z.boolean().nullish(), outboundAllowed: z.boolean().nullish() }).nullable();
const trust = z
  .object({
    isMfaAccepted: z.boolean().nullish(),
    isCompliantDeviceAccepted: z.boolean().nullish(),
    isHybridAzureADJoinedDeviceAccepted: z.boolean().nullish(),
  })
  .nullable();

/** What a block changes, as it can be written back. */
export const inboundSchema = z.object({
  b2bCollaborationInbound: setting.default(null),
  b2bDirectConnectInbound: setting.default(null),
  automaticUserConsentSettings: consent.default(null),
  inboundTrust: trust.default(null),
});
export type Inbound = z.output<typeof inboundSchema>;

const base = '/policies/crossTenantAccessPolicy';
export const entryPath = (tenantId: string): string => path`/policies/crossTenantAccessPolicy/partners/${tenantId}`;
export const entriesPath = `${base}/partners`;

const entry = inboundSchema.extend({ isServiceProvider: z.boolean().nullish() });

/** @returns null where nothing is set for this tenant */
export const readEntry = (graph: GraphReader, tenantId: string): Promise<z.output<typeof entry> | null> =>
  graph.find(entryPath(tenantId), entry);

export const readDefault = (graph: GraphReader): Promise<Inbound> => graph.read(`${base}/default`, inboundSchema);
