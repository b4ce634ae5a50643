import type { Signal } from './signal.ts';
import { apps } from './signals/apps.ts';
import { contacts, subscriptions } from './signals/commerce.ts';
import { conditionalAccess } from './signals/conditionalAccess.ts';
import { crossTenantAccess, synchronization } from './signals/crossTenantAccess.ts';
import { federatedDomains, keys } from './signals/keys.ts';
import { connectedOrganizations, people } from './signals/people.ts';
import { eligibleRoles, roles } from './signals/roles.ts';
import { sharedChannels } from './signals/sharedChannels.ts';

/** Everything that tells of another organization, the quick ones first. */
export const everySignal: readonly Signal[] = [
  crossTenantAccess,
  subscriptions,
  contacts,
  roles,
  people,
  apps,
  eligibleRoles,
  synchronization,
  connectedOrganizations,
  conditionalAccess,
  keys,
  federatedDomains,
  sharedChannels,
];
