import { z } from 'zod';
import { skuName } from '../graph/skuNames.ts';
import type { ReadContext } from './step.ts';

const subscription = z.object({
  ownerTenantId: z.string().toLowerCase().nullish(),
  skuId: z.string(),
  skuPartNumber: z.string().nullish(),
  status: z.string().nullish(),
  totalLicenses: z.int().nullish(),
});

/** What they sell here, each in words; what is over is left out. */
export async function soldBy({ graph, subject }: ReadContext): Promise<string[]> {
  const select = Object.keys(subscription.shape).join(',');
  const all = await graph.list(`/directory/subscriptions?$select=${select}`, subscription);
  const live = all.filter(({ status }) => status !== 'Deleted');
  const theirs = live.filter(({ ownerTenantId }) => subject.tenantId !== null && ownerTenantId === subject.tenantId);
  return theirs
    .map(({ skuId, skuPartNumber, totalLicenses }) => {
      const seats = (of: typeof live) => of.reduce((sum, one) => sum + (one.totalLicenses ?? 0), 0);
      const elsewhere = seats(live.filter((one) => one.skuId === skuId && !theirs.includes(one)));
      const also = elsewhere > 0 ? ` (${elsewhere} more come from elsewhere)` : '';
      return `${totalLicenses ?? 0} seats of ${skuName(skuPartNumber ?? 'a license')}${also}`;
    })
    .sort();
}
