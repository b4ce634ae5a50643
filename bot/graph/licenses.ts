import { z } from 'zod';
import { type ExchangePart, exchangePart } from './exchangePlans.ts';
import type { GraphReader } from './graph.ts';
import { findGroup, type Group, groupsOf } from './groups.ts';
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

/** A license by its id, and the group that brings it; null when it was assigned directly. */
export type LicenseAssignment = Pick<HeldLicense, 'skuId' | 'groupId' | 'disabledPlans'>;

/** Every license somebody holds, once for each way it came; in a stable order. */
export async function readAssignedLicenses(graph: GraphReader, userId: string): Promise<LicenseAssignment[]> {
  const { licenseAssignmentStates: states } = await graph.read(
    path`/users/${userId}?$select=licenseAssignmentStates`,
    holder,
  );
  return states
    .map(({ skuId, assignedByGroup, disabledPlans }) => ({
      skuId,
      groupId: assignedByGroup ?? null,
      disabledPlans: [...disabledPlans].sort(),
    }))
    .sort((a, b) => a.skuId.localeCompare(b.skuId) || (a.groupId ?? '').localeCompare(b.groupId ?? ''));
}

/** As `readAssignedLicenses`, with what they are. */
export async function readHeldLicenses(graph: GraphReader, userId: string): Promise<HeldLicense[]> {
  const [assigned, bought] = await Promise.all([
    readAssignedLicenses(graph, userId),
    graph.list('/subscribedSkus?$select=skuId,skuPartNumber,servicePlans', sku),
  ]);
  const skus = new Map(bought.map((one) => [one.skuId, one]));
  return assigned.map(({ skuId, groupId, disabledPlans }) => {
    const known = skus.get(skuId);
    const plans = known?.servicePlans.filter(({ servicePlanId }) => !disabledPlans.includes(servicePlanId)) ?? [];
    return {
      skuId,
      name: known === undefined ? skuId : skuName(known.skuPartNumber),
      groupId,
      disabledPlans,
      exchange: new Set(plans.flatMap(({ servicePlanName }) => exchangePart(servicePlanName) ?? [])),
    };
  });
}

/** As `readHeldLicenses`, with the groups that bring them, but for those that are gone. */
export async function readLicensesAndGroups(
  graph: GraphReader,
  userId: string,
): Promise<{ held: HeldLicense[]; groups: Group[] }> {
  const [held, memberships] = await Promise.all([readHeldLicenses(graph, userId), groupsOf(graph, userId)]);
  const bringing = [...new Set(held.flatMap(({ groupId }) => groupId ?? []))].sort();
  const groups = await Promise.all(
    // Who is in a group may be hidden; that it brings a license is not.
    bringing.map(async (id) => memberships.find((one) => one.id === id) ?? (await findGroup(graph, id))),
  );
  return { held, groups: groups.filter((one) => one !== null) };
}

/** A license with a mailbox in it that comes through nothing but a dynamic group which may drop whoever leaves. */
export interface LicenseAtRisk extends HeldLicense {
  groupName: string;
  /** Its rule looks at whether sign-in is allowed. */
  onBlock: boolean;
}

const looksAtBlock = /\buser\.accountEnabled\b/i;
/** What Signoff changes later, and what the people department does. What a rule makes of it is for Microsoft 365 to say. */
const looksAtLeaving = /\buser\.(assignedPlans|memberOf|manager|department|companyName)\b|\bdirect reports for\b/i;

/**
 * Which licenses of a mailbox may go before anybody takes them, because the rule of a group no longer fits.
 * @param groups those that bring them
 */
export function licensesAtRisk(held: readonly HeldLicense[], groups: readonly Group[]): LicenseAtRisk[] {
  const found: LicenseAtRisk[] = [];
  const safe = new Set<string>();
  for (const one of held) {
    if (one.exchange.size === 0) continue;
    const group = groups.find(({ id }) => id === one.groupId);
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
