import { azureSubscriptions } from '../partners/places.ts';
import { definePartnerChecklist } from '../partners/step.ts';

export const checkAzure = definePartnerChecklist({
  id: 'check-azure',
  title: 'Look into Azure',
  does: 'Has somebody take the partner out of Azure subscriptions, which no directory shows.',
  concerns: ({ subject }) =>
    subject.isProvider
      ? {
          byHand:
            'Azure is apart: a provider that made a subscription is its owner, and stays so after delegated administration ends.',
        }
      : { notNeeded: 'They are no service provider: nothing is known of subscriptions that they made.' },
  hand: ({ displayName }) => ({
    who: 'somebody with the role Global Administrator who may see all subscriptions',
    ...azureSubscriptions,
    clicks: [
      `Subscriptions, Access control (IAM): remove ${displayName} and its foreign groups, from management groups, too.`,
      'My customers and Service providers (Azure Lighthouse): remove their offers and delegations.',
      'Subscriptions that they bill: move them to an agreement of yours.',
    ],
    command: null,
  }),
});
