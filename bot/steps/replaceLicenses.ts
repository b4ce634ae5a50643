import { z } from 'zod';
import { skuName } from '../graph/skuNames.ts';
import { subscriptions, who } from '../partners/places.ts';
import { definePartnerChecklist, type ReadContext } from '../partners/step.ts';

const subscription = z.object({
  ownerTenantId: z.string().toLowerCase().nullish(),
  skuId: z.string(),
  skuPartNumber: z.string().nullish(),
  status: z.string().nullish(),
  totalLicenses: z.int().nullish(),
});

/** What they sell ends some day with them: the same license from elsewhere first, and assignments stay. */
export const replaceLicenses = definePartnerChecklist({
  id: 'replace-licenses',
  title: 'Replace the licenses they sell',
  does: 'Lists what the partner sells, and has somebody say where the same licenses come from now.',

  async concerns(context) {
    const theirs = await soldBy(context);
    if (theirs.length === 0) return { notNeeded: 'Signoff sees no subscription of theirs.' };
    return {
      byHand: `${context.subject.displayName} sells you ${theirs.join(', ')}. Buy the same licenses elsewhere first: then assignments stay, and nobody loses a mailbox.`,
    };
  },
  hand: ({ displayName }) => ({
    who: who.billingAdmin,
    ...subscriptions,
    clicks: [
      `See which products come from ${displayName}, and until when.`,
      'Buy the same products from another seller, or from Microsoft: as many seats as are used.',
      'Write in the note who sells them now, and what was agreed about the old ones.',
    ],
    command: null,
  }),
});

async function soldBy({ graph, subject }: ReadContext): Promise<string[]> {
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
