import { azureSubscriptions } from '../partners/places.ts';
import { definePartnerChecklist } from '../partners/step.ts';

export const checkAzure = definePartnerChecklist({
  id: 'check-azure',
  title: 'Look into Azure and the security portals',
  does: 'Has somebody take the partner out of Azure subscriptions, Defender, Purview and Intune, whose own roles no directory shows.',
  concerns: () => ({
    byHand:
      'Azure, Defender, Purview and Intune keep roles of their own, which stay: a provider that made a subscription is its owner, also after delegated administration ends.',
  }),
  hand: ({ displayName }) => ({
    who: 'somebody with the role Global Administrator who may see all subscriptions',
    ...azureSubscriptions,
    clicks: [
      `Subscriptions, Access control (IAM): remove ${displayName}, its people and foreign groups, from management groups, too.`,
      'My customers and Service providers (Azure Lighthouse): remove their offers and delegations.',
      'Subscriptions that they bill: move them to an agreement of yours.',
      'Microsoft Defender and Purview, Permissions; Intune, Windows Autopilot partners: take them out.',
    ],
    command: null,
  }),
});
