import type { Route } from '../route.ts';
import { accessPackages } from './accessPackages.ts';
import { appAccess } from './appAccess.ts';
import { appData } from './appData.ts';
import { applications } from './applications.ts';
import { auditLogs } from './auditLogs.ts';
import { authenticationMethods } from './authenticationMethods.ts';
import { calendar } from './calendar.ts';
import { commerce } from './commerce.ts';
import { conditionalAccess } from './conditionalAccess.ts';
import { connectedOrganizations } from './connectedOrganizations.ts';
import { crossTenantAccess } from './crossTenantAccess.ts';
import { delegatedAdminRelationships } from './delegatedAdminRelationships.ts';
import { deletedItems } from './deletedItems.ts';
import { devices } from './devices.ts';
import { directoryRoles } from './directoryRoles.ts';
import { drives } from './drives.ts';
import { ediscovery } from './ediscovery.ts';
import { ediscoverySearches } from './ediscoverySearches.ts';
import { foreignPrincipals } from './foreignPrincipals.ts';
import { groups } from './groups.ts';
import { heldKeys } from './heldKeys.ts';
import { intuneRoles } from './intuneRoles.ts';
import { licenses } from './licenses.ts';
import { mailbox } from './mailbox.ts';
import { managedDevices } from './managedDevices.ts';
import { messageRules } from './messageRules.ts';
import { organization } from './organization.ts';
import { phoneNumbers } from './phoneNumbers.ts';
import { privilegedGroups } from './privilegedGroups.ts';
import { privilegedRoles } from './privilegedRoles.ts';
import { servicePrincipals } from './servicePrincipals.ts';
import { sharedChannels } from './sharedChannels.ts';
import { tenantRelationships } from './tenantRelationships.ts';
import { users } from './users.ts';

/** A new area is a file beside this one and its name here. */
export const everyRoute: Route[] = [
  ...users,
  ...groups,
  ...licenses,
  ...authenticationMethods,
  ...mailbox,
  ...calendar,
  ...messageRules,
  ...directoryRoles,
  ...deletedItems,
  ...organization,
  ...accessPackages,
  ...appAccess,
  ...appData,
  ...applications,
  ...devices,
  ...drives,
  ...managedDevices,
  ...intuneRoles,
  ...phoneNumbers,
  ...privilegedGroups,
  ...privilegedRoles,
  ...ediscovery,
  ...ediscoverySearches,
  ...crossTenantAccess,
  ...tenantRelationships,
  ...delegatedAdminRelationships,
  ...commerce,
  ...foreignPrincipals,
  ...servicePrincipals,
  ...connectedOrganizations,
  ...sharedChannels,
  ...conditionalAccess,
  ...heldKeys,
  ...auditLogs,
];
