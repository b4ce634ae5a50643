import type { TenantData } from '../../infra/local/tenant/server.ts';
import type { Given } from './given.ts';
import { aLike, groupNamed, idOf, newId } from './inTenant.ts';

const oneTenant = 'there is one tenant, and it is as it is when the step comes to it';
const byPeople = 'people do it, and no app';
const unpaced = ({ partners }: TenantData) => void Object.assign(partners.is, { logsPaced: false });

const astrid = 'astrid.vogel_relecloud.com#EXT#@contoso.onmicrosoft.com';
const astridOf = ({ users }: TenantData): string =>
  aLike(users, ({ userPrincipalName }) => userPrincipalName === astrid).id;
const appNamed = (data: TenantData, name: string) =>
  aLike(data.servicePrincipals, ({ displayName }) => displayName === name);

/** As they are by then: roles go before the accounts that hold them. */
function rolesGone(data: TenantData): void {
  const own = new Set(data.users.flatMap(({ id, mail }) => (mail?.endsWith('@relecloud.com') ? id : [])));
  data.roleAssignments = data.roleAssignments.filter(({ principalId }) => !own.has(principalId));
}

/** One more of the partner's people, since this morning. */
function newGuest(data: TenantData): void {
  const like = aLike(data.users, ({ mail }) => mail === 'beatriz.soler@treyresearch.net');
  data.users.push({
    ...structuredClone(like),
    id: newId(1),
    displayName: 'Nora Winkler',
    userPrincipalName: astrid.replace('astrid.vogel', 'nora.winkler'),
    mail: 'nora.winkler@relecloud.com',
    mailNickname: 'nora.winkler_relecloud.com#EXT#',
    otherMails: ['nora.winkler@relecloud.com'],
    proxyAddresses: ['SMTP:nora.winkler@relecloud.com'],
    accountEnabled: true,
  });
}

/** Nothing but their words is tried with the others'. */
const onlyByPeople = [
  'check-own-administrators',
  'take-over-services',
  'end-delegated-admin',
  'wait-for-complaints',
  'end-reseller-link',
  'check-azure',
  'check-exchange',
  'check-sharing',
  'check-local-accounts',
  'rotate-secrets',
];

/** What the steps of a partner's playbook are tried on. */
export const givenPartnerSteps: Record<string, Given> = {
  ...Object.fromEntries(onlyByPeople.map((id) => [id, { partner: 'Relecloud', nothingCanCome: byPeople }])),
  'replace-licenses': { partner: 'Wide World Importers', nothingCanCome: byPeople },
  'stop-account-sync': { partner: 'Trey Research', nothingCanCome: oneTenant },
  'block-partner-tenant': { partner: 'Relecloud', nothingCanCome: oneTenant },
  'block-partner-tenant-again': { partner: 'Relecloud', nothingCanCome: oneTenant },
  'block-by-conditional-access': {
    partner: 'Relecloud',
    nothingCanCome: oneTenant,
    once: true,
    doubledWhileOld: 'a second policy of the same name says the same, and undo takes both away',
  },
  'end-delegated-admin-first': {
    partner: 'Relecloud',
    change: ({ partners }) => void Object.assign(partners.is, { securityDefaults: true }),
    nothingCanCome: byPeople,
  },
  'remove-partner-roles': {
    partner: 'Relecloud',
    later(data) {
      const { id: roleDefinitionId } = aLike(
        data.roleDefinitions,
        ({ displayName }) => displayName === 'Helpdesk Administrator',
      );
      data.roleAssignments.push({
        id: 'later',
        principalId: astridOf(data),
        roleDefinitionId,
        directoryScopeId: '/',
      });
    },
  },
  'disable-partner-apps': {
    partner: 'Relecloud',
    change: unpaced,
    later: (data) =>
      void data.servicePrincipals.push({
        ...structuredClone(appNamed(data, 'Relecloud Backup')),
        id: newId(1),
        appId: newId(2),
        displayName: 'Relecloud Agent',
        accountEnabled: true,
      }),
  },
  'disable-used-partner-apps': {
    partner: 'Relecloud',
    change: unpaced,
    later(data) {
      const portal = appNamed(data, 'Relecloud Service Portal');
      data.servicePrincipals.push({
        ...structuredClone(portal),
        id: newId(1),
        appId: newId(2),
        displayName: 'Relecloud Wiki',
        accountEnabled: true,
      });
      data.appRoleAssignments.push({
        ...aLike(data.appRoleAssignments, ({ resourceId }) => resourceId === portal.id),
        id: 'later',
        resourceId: newId(1),
      });
    },
  },
  'block-partner-people': { partner: 'Relecloud', change: rolesGone, later: newGuest },
  'remove-partner-consents': {
    partner: 'Relecloud',
    later: (data) =>
      void data.permissionGrants.push({
        ...aLike(data.permissionGrants, () => true),
        id: 'later',
        clientId: appNamed(data, 'Relecloud Service Portal').id,
        consentType: 'Principal',
        principalId: idOf(data, 'luca'),
      }),
  },
  'remove-partner-role-groups': {
    partner: 'Relecloud',
    change(data) {
      const group = aLike(data.groups, ({ isAssignableToRole }) => isAssignableToRole === true);
      const own = groupNamed(data, group.displayName);
      own.members.push(astridOf(data));
      own.owners.push(astridOf(data));
    },
    later(data) {
      const group = aLike(data.groups, ({ isAssignableToRole }) => isAssignableToRole === true);
      data.groups.push({
        ...group,
        id: newId(1),
        displayName: 'Tier 1 Operators',
        members: [astridOf(data)],
        owners: [idOf(data, 'luca')],
      });
    },
  },
  'remove-partner-groups': {
    partner: 'Relecloud',
    change: (data) => void groupNamed(data, 'Engineering').members.push(astridOf(data)),
    later: (data) => void groupNamed(data, 'Sales').members.push(astridOf(data)),
  },
  'remove-partner-owners': {
    partner: 'Relecloud',
    change(data) {
      for (const one of data.applications)
        if (one.displayName === 'Backup Connector') one.owners.push(idOf(data, 'luca'));
    },
    later: (data) =>
      void data.applications.push({
        ...aLike(data.applications, ({ displayName }) => displayName === 'Backup Connector'),
        id: newId(1),
        displayName: 'Made this morning',
        owners: [astridOf(data), idOf(data, 'luca')],
      }),
  },
  'remove-connected-organization': {
    partner: 'Trey Research',
    later: (data) =>
      void data.partners.connectedOrganizations.push({
        id: newId(1),
        description: null,
        createdDateTime: '2026-11-20T10:00:00Z',
        state: 'configured',
        displayName: 'Trey Research, London',
        identitySources: [
          {
            '@odata.type': '#microsoft.graph.domainIdentitySource',
            displayName: 'Trey Research',
            domainName: 'research.treyresearch.net',
          },
        ],
      }),
  },
  'remove-partner-contacts': {
    partner: 'VanArsdel',
    nothingCanCome: 'a list is replaced whole, and read again just before that',
    alsoWrites: {
      why: 'the lists are the organization’s',
      is: ({ method, path }) => method === 'PATCH' && path.startsWith('/v1.0/organization/'),
    },
  },
  'remove-partner-exclusions': {
    partner: 'Relecloud',
    nothingCanCome: 'a policy is replaced whole, and read again just before that',
    alsoChanges: { why: 'who is left out stands in the policies', parts: ['partners'] },
    alsoWrites: {
      why: 'a policy is everybody’s',
      is: ({ method, path }) => method === 'PATCH' && path.startsWith('/v1.0/identity/conditionalAccess/policies/'),
    },
  },
  'delete-partner-people': { partner: 'Relecloud', change: rolesGone, later: newGuest },
  'prove-partner-gone': { partner: 'Relecloud', nothingCanCome: 'it changes nothing' },
};

/** People do these, or they only look. */
export const partnerStepsWithoutWork = [
  ...onlyByPeople,
  'replace-licenses',
  'end-delegated-admin-first',
  'prove-partner-gone',
];
