import { appRegistrations, who } from '../partners/places.ts';
import { definePartnerChecklist } from '../partners/step.ts';

export const rotateSecrets = definePartnerChecklist({
  id: 'rotate-secrets',
  title: 'Rotate what they know',
  does: 'Has somebody replace passwords, keys and certificates that the partner has seen.',
  concerns: () => ({ byHand: 'Nobody unlearns a password: whatever they had in hands is replaced.' }),
  hand: () => ({
    who: who.appAdmin,
    ...appRegistrations,
    clicks: [
      'Certificates and secrets of app registrations that they set up: new ones in, old ones out; federated credentials that trust their tenant go.',
      'Passwords of service accounts, break-glass accounts, Wi-Fi, firewalls and devices that they managed.',
      'Write in the note what was replaced, never the new value.',
    ],
    command: null,
  }),
});
