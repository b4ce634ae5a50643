import { defenderRoles, who } from '../partners/places.ts';
import { definePartnerChecklist } from '../partners/step.ts';

export const checkSecurityPortals = definePartnerChecklist({
  id: 'check-security-portals',
  title: 'Look into Defender, Purview, Intune',
  does: 'Has somebody look for roles of the partner that only these portals know.',
  concerns: ({ subject }) =>
    subject.isProvider
      ? {
          byHand:
            'Roles in Defender, Purview, Microsoft 365 Lighthouse and Autopilot are kept there, and no directory shows them.',
        }
      : { notNeeded: 'They are no service provider: nothing of theirs is expected there.' },
  hand: ({ displayName }) => ({
    who: who.securityAdmin,
    ...defenderRoles,
    clicks: [
      `Microsoft Defender and Purview, Permissions: take out groups and people of ${displayName}.`,
      'Intune, Devices, Enrollment: Windows Autopilot partners. Remove theirs.',
    ],
    command: null,
  }),
});
