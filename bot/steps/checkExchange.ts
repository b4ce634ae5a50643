import { exchangeMailFlow } from '../partners/places.ts';
import { definePartnerChecklist } from '../partners/step.ts';

export const checkExchange = definePartnerChecklist({
  id: 'check-exchange',
  title: 'Look into Exchange',
  does: 'Has somebody look for connectors, rules and relays of the partner.',
  concerns: () => ({
    byHand:
      'Connectors, mail flow rules, journal rules, organization relationships and forwarding to them are no accounts, and stay.',
  }),
  hand: ({ displayName }) => ({
    who: 'somebody with the role Exchange Administrator',
    ...exchangeMailFlow,
    clicks: [
      `Connectors, rules, remote domains, organization sharing, journal rules: take out what goes to or through ${displayName}.`,
      'Mailboxes that forward to their addresses, and rights that their people have in mailboxes.',
    ],
    command: null,
  }),
});
