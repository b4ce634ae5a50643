import { domains, who } from '../partners/places.ts';
import { definePartnerChecklist } from '../partners/step.ts';

export const takeOverServices = definePartnerChecklist({
  id: 'take-over-services',
  title: 'Take over what runs in their name',
  does: 'Has somebody take over domains, DNS, back-up, monitoring and support that the partner runs.',
  concerns: () => ({
    byHand:
      'What they run for you ends with them: domains, DNS, back-up, monitoring, second factors, support. Each needs somebody of yours, or a new provider, before anybody is shut out.',
  }),
  hand: ({ displayName }) => ({
    who: who.owner,
    ...domains,
    clicks: [
      `Domain registrar and DNS: see that the account is yours, and that somebody of yours can sign in without ${displayName}.`,
      'Back-up, monitoring, remote access, multifactor consoles: agree who runs them from now on.',
      'Open tickets, documentation, passwords: have them handed over. Contracts: give notice.',
      'Write in the note what was taken over by whom.',
    ],
    command: null,
  }),
});
