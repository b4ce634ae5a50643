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

/** A license with a mailbox in it that comes through nothing but a dynamic group which may drop whoever leaves. */
export interface LicenseAtRisk extends HeldLicense {
  groupName: string;
  /** Its rule looks at whether sign-in is allowed. */
  onBlock: boolean;
}

const rule = z.object({
  id: z.string(),
  displayName: z.string().nullish(),
  membershipRule: z.string().nullish(),
  membershipRuleProcessingState: z.string().nullish(),
});
const looksAtBlock = /\buser\.accountEnabled\b/i;
/** What Signoff changes later, and what the people department does. What a rule makes of it is for Microsoft 365 to say. */
const looksAtLeaving = /\buser\.(assignedPlans|memberOf|manager|department|companyName)\b|\bdirect reports for\b/i;

/** Which licenses of a mailbox may go before anybody takes them, because the rule of a group no longer fits. */
export async function licensesAtRisk(graph: GraphReader, held: readonly HeldLicense[]): Promise<LicenseAtRisk[]> {
  const found: LicenseAtRisk[] = [];
  const safe = new Set<string>();
  for (const one of held) {
    if (one.exchange.size === 0) continue;
    const group = one.groupId === null ? null : await ruleOf(graph, one.groupId);
    const text = group?.membershipRuleProcessingState === 'On' ? (group.membershipRule ?? '') : '';
    const onBlock = looksAtBlock.test(text);
    if (onBlock || looksAtLeaving.test(text))
      found.push({ ...one, groupName: group?.displayName ?? 'without a name', onBlock });
    else safe.add(one.skuId);
  }
  return found.filter(
    ({ skuId }, index) => !safe.has(skuId) && found.findIndex((one) => one.skuId === skuId) === index,
  );
}

const ruleOf = (graph: GraphReader, groupId: string): Promise<z.output<typeof rule> | null> =>
  graph.find(`${path`/groups/${groupId}`}?$select=id,displayName,membershipRule,membershipRuleProcessingState`, rule);
