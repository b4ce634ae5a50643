import { sharePointSharing } from '../partners/places.ts';
import { definePartnerChecklist } from '../partners/step.ts';

export const checkSharing = definePartnerChecklist({
  id: 'check-sharing',
  title: 'Look into sharing and automation',
  does: 'Has somebody look for links without an account and for flows that run in the name of the partner’s people.',
  concerns: () => ({
    byHand:
      'Links for anyone, and flows and connections that run in the name of their accounts: the first go on working, the second stop.',
  }),
  hand: ({ displayName }) => ({
    who: 'somebody with the role SharePoint Administrator',
    ...sharePointSharing,
    clicks: [
      `Sites that ${displayName} worked in: Site permissions and sharing links for anyone.`,
      'Power Platform admin center: flows, apps and connections that their accounts own. Give each an owner of yours.',
    ],
    command: null,
  }),
});
