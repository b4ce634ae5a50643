import type { Page } from '../clouds.ts';
import type { Hand } from '../engine/step.ts';
import { powerShell } from '../exchange/exchange.ts';
import type { Subject } from './person.ts';

/** Where a person does by hand what the app does not: the admin centers' names and pages. */
type Place = { where: string; page: Page };

export const entraUser = ({ id }: Pick<Subject, 'id'>): Place => ({
  where: 'the Entra admin center',
  page: {
    center: 'entra',
    path: `#view/Microsoft_AAD_UsersAndTenants/UserProfileMenuBlade/~/overview/userId/${encodeURIComponent(id)}`,
  },
});

export const adminCenterUser = ({ id }: Pick<Subject, 'id'>): Place => ({
  where: 'the Microsoft 365 admin center',
  page: { center: 'microsoft365', path: `#/users/:/UserDetails/${encodeURIComponent(id)}` },
});

export const exchangeMailboxes: Place = {
  where: 'the Exchange admin center',
  page: { center: 'exchange', path: '#/mailboxes' },
};
export const exchangeGroups: Place = {
  where: 'the Exchange admin center',
  page: { center: 'exchange', path: '#/groups' },
};
export const intuneDevices: Place = {
  where: 'the Intune admin center',
  page: { center: 'intune', path: '#view/Microsoft_Intune_DeviceSettings/DevicesMenu/~/allDevices' },
};
export const entraDevices: Place = {
  where: 'the Entra admin center',
  page: { center: 'entra', path: '#view/Microsoft_AAD_Devices/DevicesMenuBlade/~/Devices' },
};
export const entraGroups: Place = {
  where: 'the Entra admin center',
  page: { center: 'entra', path: '#view/Microsoft_AAD_IAM/GroupsManagementMenuBlade/~/AllGroups' },
};
export const entraApps: Place = {
  where: 'the Entra admin center',
  page: { center: 'entra', path: '#view/Microsoft_AAD_RegisteredApps/ApplicationsListBlade' },
};
export const teamsUsers: Place = {
  where: 'the Teams admin center',
  page: { center: 'teams', path: 'users' },
};
export const intuneAppWipe: Place = {
  where: 'the Intune admin center, App selective wipe',
  page: { center: 'intune', path: '#view/Microsoft_Intune_DeviceSettings/AppsMenu/~/appSelectiveWipe' },
};
export const privilegedGroups: Place = {
  where: 'Privileged Identity Management, Groups',
  page: { center: 'entra', path: '#view/Microsoft_Azure_PIMCommon/CommonMenuBlade/~/aadgroup' },
};
export const purview: Place = { where: 'the Purview portal', page: { center: 'purview', path: 'ediscovery' } };

/** Roles that people need there, in Microsoft's words. */
export const who = {
  userAdmin:
    'somebody with the role User Administrator (for privileged people Privileged Authentication Administrator)',
  authAdmin:
    'somebody with the role Authentication Administrator (for privileged people Privileged Authentication Administrator)',
  groupsAdmin: 'somebody with the role Groups Administrator, or an owner of the group',
  exchangeAdmin: 'somebody with the role Exchange Administrator',
  roleAdmin: 'somebody with the role Privileged Role Administrator',
  teamsAdmin: 'somebody with the role Teams Administrator',
  intuneAdmin: 'somebody with the role Intune Administrator',
  deviceAdmin: 'somebody with the role Cloud Device Administrator',
  licenseAdmin: 'somebody with the role License Administrator',
  appAdmin: 'somebody with the role Cloud Application Administrator',
  sharePointAdmin: 'somebody with the role SharePoint Administrator',
  eDiscoveryManager: 'somebody in the role group eDiscovery Manager',
} as const;

/**
 * For somebody whom the on-premises directory owns: what to click there, and what Get-ADUser's result is piped into.
 * The place to open is where the next sync can be seen.
 */
export function onPremises(
  { displayName, userPrincipalName }: Subject,
  clicks: readonly string[],
  pipedInto: string | null,
): Hand {
  return {
    who: 'an administrator of the on-premises directory',
    where: 'the sync status',
    page: { center: 'entra', path: '#view/Microsoft_AAD_Connect_Provisioning/AADConnectMenuBlade/~/ConnectSync' },
    clicks: [
      `In Active Directory Users and Computers, find ${displayName} (${userPrincipalName}).`,
      ...clicks,
      'Wait for the next sync (every 30 minutes), or start one on the sync server.',
    ],
    command:
      pipedInto === null
        ? null
        : `${powerShell('Get-ADUser', { LDAPFilter: `(userPrincipalName=${literally(userPrincipalName)})` })} | ${pipedInto}`,
  };
}

/** In an LDAP filter these mean something; what stands for one of them is its code (RFC 4515). */
const literally = (text: string): string =>
  text.replace(/[\\*()\0]/g, (one) => `\\${one.charCodeAt(0).toString(16).padStart(2, '0')}`);
