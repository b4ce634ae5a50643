import { eventIdOf } from '../../infra/local/tenant/areas/calendar.ts';
import { graphRuleId } from '../../infra/local/tenant/areas/messageRules.ts';
import type { TestTenant } from '../support/tenant.ts';

/** One call of every route for people, groups, licenses, sign-in methods, mailboxes and deleted people. */
export function samplesOfPeople(tenant: TestTenant): [string, string, unknown?][] {
  const jane = tenant.person('jane');
  const noor = tenant.person('noor');
  const { signoff } = tenant.data;
  const deals = tenant.groupNamed('EMEA Key Deals').id;
  const crm = tenant.groupNamed('CRM Users').id;
  const role = tenant.data.roleDefinitions.find((candidate) => candidate.displayName === 'Reports Reader')!.id;
  const assignment = tenant.data.roleAssignments[0]!.id;
  const gone = tenant.data.deletedUsers[0]!.user.id;
  const doomed = tenant.person('lars').id;
  const base = `/users/${jane.id}`;
  const rules = `${base}/mailFolders/inbox/messageRules`;
  const ruleId = encodeURIComponent(graphRuleId(jane.mailbox!.rules[0]!));
  const luca = { '@odata.id': `https://graph.microsoft.com/v1.0/users/${tenant.person('luca').id}` };
  const methods = noor.authenticationMethods.toReversed().toSorted((a, b) => Number(a.isDefault) - Number(b.isDefault));
  const segmentOf = (type: string) =>
    ({ externalAuthenticationMethod: 'externalAuthenticationMethods' })[type] ??
    type.replace(/AuthenticationMethod$/, 'Methods');
  return [
    [
      'GET',
      "/users?$filter=startswith(displayName,'J')&$select=id,displayName,assignedPlans,licenseAssignmentStates,identities,signInActivity&$count=true",
    ],
    ['GET', '/users/$count'],
    ['GET', `${base}?$expand=manager($select=id,displayName)`],
    [
      'GET',
      `${base}?$select=${Object.keys(jane)
        .filter(
          (name) => !['manager', 'licenses', 'authenticationMethods', 'mailbox', 'onPremisesMailbox'].includes(name),
        )
        .join(',')},assignedPlans,assignedLicenses,licenseAssignmentStates`,
    ],
    [
      'PATCH',
      base,
      { accountEnabled: false, passwordProfile: { password: 'Correct-Horse-42', forceChangePasswordNextSignIn: true } },
    ],
    ['GET', `${base}/manager`],
    ['GET', `/users/${tenant.person('luca').id}/directReports`],
    ['POST', `${base}/revokeSignInSessions`],
    ['POST', `${base}/checkMemberGroups`, { groupIds: [signoff.helpdeskGroupId] }],
    ...['memberOf', 'transitiveMemberOf', 'ownedObjects'].flatMap((name): [string, string][] => [
      ['GET', `/users/${tenant.person('rafael').id}/${name}`],
      [
        'GET',
        `${base}/${name}/microsoft.graph.group?$select=id,displayName,groupTypes,assignedLicenses,membershipRule`,
      ],
    ]),
    ['GET', '/groups?$top=5'],
    ['GET', `/groups/${deals}`],
    ['GET', `/groups/${deals}/members?$select=id,displayName,jobTitle`],
    ['GET', `/groups/${deals}/members/microsoft.graph.user`],
    ['GET', `/groups/${deals}/members/$count`],
    ['GET', `/groups/${deals}/owners`],
    ['GET', `/groups/${deals}/owners/microsoft.graph.user`],
    ['GET', `/groups/${deals}/owners/$count`],
    ['POST', `/groups/${deals}/owners/$ref`, luca],
    ['DELETE', `/groups/${deals}/owners/${jane.id}/$ref`],
    ['DELETE', `/groups/${deals}/members/${tenant.person('luca').id}/$ref`],
    ['POST', `/groups/${deals}/members/$ref`, luca],
    ['GET', `/groups/${signoff.helpdeskGroupId}/memberOf`],
    ['GET', `/groups/${tenant.groupNamed('All Signoff Users').id}/transitiveMembers`],
    ['GET', `/groups/${tenant.groupNamed('All Signoff Users').id}/transitiveMembers/microsoft.graph.user`],
    ['GET', `${base}/licenseDetails`],
    ['POST', `${base}/assignLicense`, { addLicenses: [], removeLicenses: [jane.licenses[0]!.skuId] }],
    ['GET', '/subscribedSkus'],
    ['GET', `${base}/mailboxSettings`],
    [
      'PATCH',
      `${base}/mailboxSettings`,
      {
        automaticRepliesSetting: {
          status: 'alwaysEnabled',
          externalAudience: 'all',
          internalReplyMessage: 'Gone',
          externalReplyMessage: 'Gone',
        },
      },
    ],
    ...['userPurpose', 'automaticRepliesSetting', 'timeZone', 'language'].map((name): [string, string] => [
      'GET',
      `${base}/mailboxSettings/${name}`,
    ]),
    [
      'GET',
      `${base}/calendarView?startDateTime=${tenant.data.exchange.firstDay}T00:00:00Z&endDateTime=${new Date(Date.now() + 60 * 86_400_000).toISOString()}&$select=id,subject,isOrganizer,isCancelled,attendees,type,seriesMasterId&$top=5`,
    ],
    ['GET', `${base}/events?$filter=type eq 'seriesMaster'&$orderby=start/dateTime`],
    ['GET', `${base}/events/${eventIdOf(jane, 'pipeline-review')}`],
    ['POST', `${base}/events/${eventIdOf(jane, 'pipeline-review')}/cancel`, { Comment: 'Jane has left.' }],
    ['GET', rules],
    ['GET', `${rules}/${ruleId}`],
    ['DELETE', `${rules}/${ruleId}`],
    [
      'POST',
      rules,
      {
        displayName: 'Deals',
        sequence: 1,
        isEnabled: true,
        conditions: { subjectContains: ['quote'] },
        actions: { forwardTo: [{ emailAddress: { name: 'Luca Moretti', address: 'luca@contoso.com' } }] },
      },
    ],
    ['GET', `/users/${noor.id}/authentication/methods`],
    ['GET', `/users/${noor.id}/authentication/methods/${methods[0]!.id}`],
    ...methods.flatMap((method): [string, string][] => {
      const path = `/users/${noor.id}/authentication/${segmentOf(method.type)}`;
      const read: [string, string][] = [
        ['GET', path],
        ['GET', `${path}/${method.id}`],
      ];
      return method.type === 'passwordAuthenticationMethod' ? read : [...read, ['DELETE', `${path}/${method.id}`]];
    }),
    [
      'GET',
      `/roleManagement/directory/roleAssignments?$filter=roleDefinitionId eq '${tenant.data.roleDefinitions[0]!.id}'&$expand=principal,roleDefinition`,
    ],
    ['GET', `/roleManagement/directory/roleAssignments/${assignment}`],
    [
      'POST',
      '/roleManagement/directory/roleAssignments',
      { principalId: jane.id, roleDefinitionId: role, directoryScopeId: '/' },
    ],
    ['DELETE', `/roleManagement/directory/roleAssignments/${assignment}`],
    ['GET', '/roleManagement/directory/roleDefinitions'],
    ['GET', `/roleManagement/directory/roleDefinitions/${role}`],
    ['GET', '/organization'],
    ['GET', `/organization/${signoff.tenantId}`],
    ['GET', `/servicePrincipals?$filter=appId eq '${signoff.clientId}'`],
    ['GET', `/servicePrincipals/${signoff.servicePrincipalId}`],
    ['GET', `/servicePrincipals(appId='${signoff.clientId}')`],
    ['GET', '/directory/deletedItems/microsoft.graph.user?$select=id,displayName,deletedDateTime'],
    ['GET', `/directory/deletedItems/${gone}`],
    ['POST', `/directory/deletedItems/${gone}/restore`, { autoReconcileProxyConflict: true }],
    ['DELETE', `/users/${doomed}`],
    ['DELETE', `/directory/deletedItems/${doomed}`],
    ['DELETE', `/groups/${crm}/members/${tenant.person('tyler').id}`],
    ['DELETE', `/groups/${tenant.groupNamed('Marketing').id}/owners/${tenant.person('ilse').id}`],
  ];
}
