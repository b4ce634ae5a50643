import { subscriptions, who } from '../partners/places.ts';
import { soldBy } from '../partners/sold.ts';
import { definePartnerChecklist } from '../partners/step.ts';

export const endResellerLink = definePartnerChecklist({
  id: 'end-reseller-link',
  title: 'End the reseller relationship',
  does: 'Has somebody see that the partner can buy and sell nothing in your name any more.',
  async concerns(context) {
    const live = await soldBy(context);
    if (!context.subject.isProvider && live.length === 0)
      return { notNeeded: 'They are no reseller of yours, as far as Signoff sees.' };
    return {
      byHand:
        'Ending delegated administration does not end the reseller relationship: they could go on buying in your name. Only they can remove it, once their subscriptions are cancelled or moved.',
    };
  },
  hand: ({ displayName }) => ({
    who: who.billingAdmin,
    ...subscriptions,
    clicks: [
      `See that no live product comes from ${displayName} any more; where one does, have it moved or let it end.`,
      `Ask ${displayName} in writing to remove the reseller relationship in Partner Center, and to confirm it.`,
      'Write in the note who confirmed it, and when.',
    ],
    command: null,
  }),
});
