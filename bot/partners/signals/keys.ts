import { z } from 'zod';
import { tenAtATime } from '../../graph/inParts.ts';
import { path } from '../../graph/path.ts';
import type { Finding } from '../finding.ts';
import { isMicrosoft } from '../microsoft.ts';
import type { Signal } from '../signal.ts';

const registration = z.object({
  id: z.string(),
  displayName: z.string().nullish(),
  owners: z.array(z.looseObject({ id: z.string().toLowerCase() })).nullish(),
});
const trusted = z.object({ name: z.string().nullish(), issuer: z.string().nullish() });

/** App registrations of ours that somebody from outside owns, or that trust another tenant. */
export const keys: Signal = {
  name: 'keys of app registrations',
  quick: false,
  permissions: ['Application.Read.All'],
  async read(sight) {
    const { graph, own } = sight;
    const [registrations, outsiders] = await Promise.all([
      graph.list('/applications?$select=id,displayName&$expand=owners($select=id)&$top=999', registration),
      sight.people(),
    ]);
    const found = await tenAtATime(registrations, async ({ id, displayName, owners }) => {
      const app = `“${displayName ?? 'without a name'}”`;
      const credentials = await graph.list(path`/applications/${id}/federatedIdentityCredentials`, trusted);
      const theirs = outsiders.filter((one) => owners?.some((owner) => owner.id === one.id));
      return [
        ...theirs.flatMap(({ name, domain }): Finding[] =>
          domain === null ? [] : [{ of: { domain }, what: 'key', says: `${name} owns the app registration ${app}` }],
        ),
        ...credentials.flatMap(({ issuer }): Finding[] => {
          const [tenantId] = /[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}/.exec(issuer?.toLowerCase() ?? '') ?? [];
          if (tenantId === undefined || tenantId === own.id || isMicrosoft(tenantId)) return [];
          return [{ of: { tenantId }, what: 'key', says: `the app registration ${app} trusts their tenant’s tokens` }];
        }),
      ];
    });
    return found.flat();
  },
};

const domain = z.object({ id: z.string().toLowerCase(), authenticationType: z.string().nullish() });
const federation = z.object({ issuerUri: z.string().nullish(), passiveSignInUri: z.string().nullish() });

/** Domains of ours whose people sign in at somebody else’s: whoever runs that can be anybody. */
export const federatedDomains: Signal = {
  name: 'domains that sign in elsewhere',
  quick: false,
  permissions: ['Domain-InternalFederation.Read.All'],
  async read({ graph }) {
    const all = await graph.list('/domains?$select=id,authenticationType', domain);
    const found = await tenAtATime(
      all.filter(({ authenticationType }) => authenticationType === 'Federated'),
      async ({ id }) =>
        (await graph.list(path`/domains/${id}/federationConfiguration`, federation)).flatMap((one): Finding[] => {
          const address = one.passiveSignInUri ?? one.issuerUri ?? '';
          if (!URL.canParse(address)) return [];
          const { hostname } = new URL(address);
          return [{ of: { domain: hostname }, what: 'key', says: `people of ${id} sign in at ${hostname}` }];
        }),
    );
    return found.flat();
  },
};
