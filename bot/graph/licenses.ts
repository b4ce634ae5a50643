import { z } from 'zod';
import { type ExchangePart, exchangePart } from './exchangePlans.ts';
import type { GraphReader } from './graph.ts';
import { path } from './path.ts';
import { skuName } from './skuNames.ts';

const holder = z.object({
  licenseAssignmentStates: z.array(
    z.object({ skuId: z.string(), assignedByGroup: z.string().nullish(), disabledPlans: z.array(z.string()) }),
  ),
});
const sku = z.object({
  skuId: z.string(),
  skuPartNumber: z.string(),
  servicePlans: z.array(z.object({ servicePlanId: z.string(), servicePlanName: z.string() })),
});

export interface HeldLicense {
  skuId: string;
  name: string;
  /** The group that brings it; null when it was assigned directly. */
  groupId: string | null;
  disabledPlans: string[];
  /** What of Exchange Online is in it, switched on. */
  exchange: ReadonlySet<ExchangePart>;
}

/** Every license somebody holds, once for each way it came; in a stable order. */
export async function readHeldLicenses(graph: GraphReader, userId: string): Promise<HeldLicense[]> {
  const { licenseAssignmentStates: states } = await graph.read(
    path`/users/${userId}?$select=licenseAssignmentStates`,
    holder,
  );
  if (states.length === 0) return [];
  const skus = new Map(
    (await graph.list('/subscribedSkus?$select=skuId,skuPartNumber,servicePlans', sku)).map((one) => [one.skuId, one]),
  );
  return states
    .map(({ skuId, assignedByGroup, disabledPlans }) => {
      const known = skus.get(skuId);
      const plans = known?.servicePlans.filter(({ servicePlanId }) => !disabledPlans.includes(servicePlanId)) ?? [];
      return {
        skuId,
        name: known === undefined ? skuId : skuName(known.skuPartNumber),
        groupId: assignedByGroup ?? null,
        disabledPlans: [...disabledPlans].sort(),
        exchange: new Set(plans.flatMap(({ servicePlanName }) => exchangePart(servicePlanName) ?? [])),
      };
    })
    .sort((a, b) => a.skuId.localeCompare(b.skuId) || (a.groupId ?? '').localeCompare(b.groupId ?? ''));
}
