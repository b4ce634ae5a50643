import { subscriptions, who } from '../partners/places.ts';
import { soldBy } from '../partners/sold.ts';
import { definePartnerChecklist } from '../partners/step.ts';

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
