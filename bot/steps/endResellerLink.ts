import { subscriptions, who } from '../partners/places.ts';
import { definePartnerChecklist } from '../partners/step.ts';

/** A link without subscriptions shows nowhere: whether there is one, only people know. */
export const endResellerLink = definePartnerChecklist({
  id: 'end-reseller-link',
  title: 'End the reseller relationship',
  does: 'Has somebody see that the partner can buy and sell nothing in your name any more.',
  concerns: ({ subject }) =>
    subject.tenantId === null
      ? { notNeeded: 'Nobody knows a tenant of theirs that could sell licenses.' }
      : {
          byHand:
            'A reseller may go on buying in your name, also after delegated administration ends. Only they can remove that relationship, once their subscriptions are cancelled or moved.',
        },
  hand: ({ displayName }) => ({
    who: who.billingAdmin,
    ...subscriptions,
    clicks: [
      `See that no live product comes from ${displayName} any more; where one does, have it moved or let it end.`,
      'They never sold you licenses: press Done, and write that in the note.',
      `Otherwise ask ${displayName} in writing to remove the reseller relationship in Partner Center, and to confirm it.`,
    ],
    command: null,
  }),
});
