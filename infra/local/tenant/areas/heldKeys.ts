import { notFound } from '../errors.ts';
import { collection } from '../odata/answer.ts';
import { applicationResource } from '../resources.ts';
import type { Route } from '../route.ts';
import { memberResource } from '../visibility.ts';

/** Where others may hold a key of ours: app registrations, what they trust, and domains that sign in elsewhere. */
export const heldKeys: Route[] = [
  {
    method: 'GET',
    path: '/applications',
    answer: (call) =>
      collection(call, call.data.applications.map(applicationResource), {
        context: 'applications',
        directory: true,
        expand: {
          owners: ({ id }) =>
            (call.data.applications.find((own) => own.id === id)?.owners ?? []).flatMap((owner) =>
              memberResource(call, owner),
            ),
        },
      }),
  },
  {
    method: 'GET',
    path: '/applications/{owned}/federatedIdentityCredentials',
    answer: (call) => {
      const wanted = (call.params.owned ?? '').toLowerCase();
      if (!call.data.applications.some(({ id }) => id === wanted)) throw notFound(wanted);
      const shown = call.data.partners.federatedCredentials
        .filter(({ applicationId }) => applicationId === wanted)
        .map(({ applicationId: _app, ...own }) => ({ ...own, description: null }));
      return collection(call, shown, { context: `applications('${wanted}')/federatedIdentityCredentials` });
    },
  },
  {
    method: 'GET',
    path: '/domains',
    answer: (call) => {
      const federated = call.data.partners.domainFederations.map(({ domain }) => domain);
      const shown = call.data.organization.verifiedDomains.map(({ name, isDefault, isInitial }) => ({
        id: name,
        authenticationType: federated.includes(name) ? 'Federated' : 'Managed',
        availabilityStatus: null,
        isAdminManaged: true,
        isDefault,
        isInitial,
        isRoot: true,
        isVerified: true,
        supportedServices: [],
        state: null,
      }));
      return collection(call, shown, { context: 'domains' });
    },
  },
  {
    method: 'GET',
    path: '/domains/{domain}/federationConfiguration',
    answer: (call) => {
      const wanted = (call.params.domain ?? '').toLowerCase();
      if (!call.data.organization.verifiedDomains.some(({ name }) => name === wanted)) throw notFound(wanted);
      const shown = call.data.partners.domainFederations
        .filter(({ domain }) => domain === wanted)
        .map(({ domain: _domain, ...own }) => ({
          '@odata.type': '#microsoft.graph.internalDomainFederation',
          ...own,
          preferredAuthenticationProtocol: 'wsFed',
          federatedIdpMfaBehavior: 'acceptIfMfaDoneByFederatedIdp',
        }));
      return collection(call, shown, { context: `domains('${wanted}')/federationConfiguration` });
    },
  },
];
