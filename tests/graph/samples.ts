import type { TestTenant } from '../support/tenant.ts';

type Sample = [method: string, path: string, body?: unknown];

/** One call of every route for roles, devices, apps, consents, packages, files and eDiscovery. */
export async function samplesBeyond(tenant: TestTenant): Promise<Sample[]> {
  return [
    ...(await phoneNumbers(tenant)),
    ...roles(tenant),
    ...groupSchedules(tenant),
    ...devices(tenant),
    ...appData(tenant),
    ...apps(tenant),
    ...files(tenant),
    ...(await ediscovery(tenant)),
  ];
}

function roles(tenant: TestTenant): Sample[] {
  const [own] = tenant.data.roleEligibilities;
  const { principalId, roleDefinitionId, directoryScopeId } = own!;
  const reader = tenant.data.roleDefinitions.find((role) => role.displayName === 'Directory Readers')!.id;
  const base = '/roleManagement/directory';
  const remove = { action: 'adminRemove', principalId, roleDefinitionId, directoryScopeId, justification: 'Leaves' };
  const expiration = { type: 'afterDateTime', endDateTime: '2027-06-30T00:00:00Z' };
  const assign = {
    action: 'adminAssign',
    principalId: tenant.person('jane').id,
    roleDefinitionId: reader,
    directoryScopeId: '/',
    justification: 'Taken back',
    scheduleInfo: { startDateTime: '2026-11-20T09:00:00Z', expiration },
  };
  return ['roleEligibilitySchedule', 'roleAssignmentSchedule'].flatMap((name): Sample[] => [
    ['GET', `${base}/${name}s?$filter=principalId eq '${principalId}'&$expand=roleDefinition,principal`],
    ['POST', `${base}/${name}Requests`, remove],
    ['POST', `${base}/${name}Requests`, assign],
  ]);
}

async function phoneNumbers(tenant: TestTenant): Promise<Sample[]> {
  const base = '/admin/teams/telephoneNumberManagement';
  const [theirs, free] = tenant.data.phoneNumbers.map(({ telephoneNumber, numberType }) => ({
    telephoneNumber,
    numberType,
  }));
  const jane = tenant.person('jane').id;
  const { headers } = await tenant.call('POST', `${base}/numberAssignments/unassignNumber`, theirs);
  const id = /operations\('(.+)'\)$/.exec(headers.get('location') ?? '')?.[1];
  return [
    ['GET', `${base}/numberAssignments?$filter=assignmentTargetId eq '${jane}'`],
    ['POST', `${base}/numberAssignments/unassignNumber`, theirs],
    ['POST', `${base}/numberAssignments/assignNumber`, { ...free, assignmentTargetId: jane }],
    ['GET', `${base}/operations/${id}`],
  ];
}

function appData(tenant: TestTenant): Sample[] {
  const [own] = tenant.data.appRegistrations;
  const { id, userId, deviceTag } = own!;
  return [
    ['GET', `/users/${userId}/managedAppRegistrations`],
    ['POST', `/users/${userId}/wipeManagedAppRegistrationsByDeviceTag`, { deviceTag }],
    ['GET', `/deviceAppManagement/managedAppRegistrations/${id}/operations`],
  ];
}

function groupSchedules(tenant: TestTenant): Sample[] {
  const { data } = tenant;
  const { principalId, groupId } = data.groupEligibilities[0]!;
  data.groupActivations.push({
    id: 'active',
    principalId,
    groupId,
    accessId: 'member',
    startDateTime: '2026-01-02T08:00:00Z',
    endDateTime: null,
  });
  data.groups.find(({ id }) => id === groupId)!.members.push(principalId);
  const base = '/identityGovernance/privilegedAccess/group';
  const remove = { accessId: 'member', action: 'adminRemove', groupId, principalId, justification: 'Leaves' };
  return ['eligibility', 'assignment'].flatMap((name): Sample[] => [
    ['GET', `${base}/${name}ScheduleInstances?$filter=principalId eq '${principalId}'&$expand=group`],
    ['POST', `${base}/${name}ScheduleRequests`, remove],
  ]);
}

function devices(tenant: TestTenant): Sample[] {
  const jane = tenant.person('jane');
  const [device] = tenant.data.devices;
  const [laptop, phone] = tenant.data.managedDevices.filter((own) => own.userId === jane.id);
  const select =
    'id,deviceName,operatingSystem,managedDeviceOwnerType,managementState,azureADDeviceId,lastSyncDateTime';
  const wipe = { keepEnrollmentData: false, keepUserData: false, persistEsimDataPlan: false };
  const base = '/deviceManagement/managedDevices';
  return [
    ['GET', `/users/${jane.id}/ownedDevices?$select=id,displayName,accountEnabled,operatingSystem`],
    ['GET', `/users/${jane.id}/registeredDevices`],
    ['GET', `/devices/${device!.id}`],
    ['PATCH', `/devices/${device!.id}`, { accountEnabled: false }],
    ['GET', `${base}?$filter=userId eq '${jane.id}'&$select=${select}`],
    ['GET', `${base}/${laptop!.id}`],
    ['POST', `${base}/${laptop!.id}/wipe`, wipe],
    ['POST', `${base}/${phone!.id}/retire`],
    ['GET', `${base}/${phone!.id}`],
  ];
}

function apps(tenant: TestTenant): Sample[] {
  const jane = tenant.person('jane');
  const { id: _id, createdDateTime: _created, ...assignment } = tenant.data.appRoleAssignments[0]!;
  const { id: grantId, ...grant } = tenant.data.permissionGrants[0]!;
  const application = tenant.data.applications[0]!.id;
  const principal = tenant.data.servicePrincipals[0]!.id;
  const luca = { '@odata.id': `https://graph.microsoft.com/v1.0/directoryObjects/${tenant.person('luca').id}` };
  const expand = '$expand=accessPackage,target';
  return [
    ['GET', `/users/${jane.id}/appRoleAssignments`],
    ['DELETE', `/users/${jane.id}/appRoleAssignments/${tenant.data.appRoleAssignments[0]!.id}`],
    ['POST', `/users/${jane.id}/appRoleAssignments`, assignment],
    ['GET', `/users/${jane.id}/oauth2PermissionGrants`],
    ['GET', `/oauth2PermissionGrants/${grantId}`],
    ['DELETE', `/oauth2PermissionGrants/${grantId}`],
    ['POST', '/oauth2PermissionGrants', grant],
    ['GET', `/users/${jane.id}/ownedObjects`],
    ['GET', `/applications/${application}`],
    ['GET', `/applications/${application}/owners`],
    ['POST', `/applications/${application}/owners/$ref`, luca],
    ['DELETE', `/applications/${application}/owners/${jane.id}/$ref`],
    ['POST', `/servicePrincipals/${principal}/owners/$ref`, luca],
    ['GET', `/servicePrincipals/${principal}/owners`],
    ['DELETE', `/servicePrincipals/${principal}/owners/${tenant.person('luca').id}/$ref`],
    [
      'GET',
      `/identityGovernance/entitlementManagement/assignments?$filter=target/objectId eq '${jane.id}' and state eq 'delivered'&${expand}`,
    ],
  ];
}

function files(tenant: TestTenant): Sample[] {
  const jane = tenant.person('jane');
  const drive = tenant.data.drives.find((own) => own.ownerId === jane.id)!;
  const luca = tenant.person('luca');
  const item = `/drives/${drive.id}/items/${drive.rootId}`;
  const invitation = {
    recipients: [{ email: luca.mail }],
    roles: ['write'],
    requireSignIn: true,
    sendInvitation: false,
  };
  drive.grants.push({ id: 'cHJpeWE', userId: tenant.person('priya').id, roles: ['read'] });
  return [
    ['GET', `/users/${jane.id}/drive?$select=id,webUrl,quota,sharePointIds`],
    ['GET', `/users/${jane.id}/drive/root`],
    ['POST', `${item}/invite`, invitation],
    ['GET', `${item}/permissions`],
    ['DELETE', `${item}/permissions/cHJpeWE`],
    ['GET', '/admin/sharepoint/settings'],
    ['GET', '/deviceManagement/roleAssignments'],
  ];
}

async function ediscovery(tenant: TestTenant): Promise<Sample[]> {
  const jane = tenant.person('jane');
  const made = async (path: string, body: unknown): Promise<string> => (await tenant.call('POST', path, body)).body.id;
  const cases = '/security/cases/ediscoveryCases';
  const own = `${cases}/${await made(cases, { displayName: 'OFF-41 Somebody', externalId: 'OFF-41' })}`;
  const custodian = `${own}/custodians/${await made(`${own}/custodians`, { email: tenant.person('luca').mail })}`;
  const search = `${own}/searches/${await made(`${own}/searches`, { displayName: 'Everything' })}`;
  const source = { email: jane.mail, includedSources: 'mailbox,site' };
  const everything = { displayName: 'Mail and files', contentQuery: '', dataSourceScopes: 'allCaseCustodians' };
  const asPst = {
    displayName: 'OFF-41',
    exportCriteria: 'searchHits',
    exportFormat: 'pst',
    additionalOptions: 'includeFolderAndPath,splitSource',
  };
  tenant.setDelays({ exportMs: 0, holdMs: 0 });
  await tenant.call('POST', `${search}/estimateStatistics`);
  await tenant.call('POST', `${search}/exportResult`, asPst);
  const [operation] = (await tenant.call('GET', `${own}/operations`)).body.value;
  return [
    ['POST', cases, { displayName: 'OFF-42 Jane Miller', description: 'Offboarding', externalId: 'OFF-42' }],
    ['GET', `${cases}?$filter=externalId eq 'OFF-42'`],
    ['GET', own],
    ['POST', `${own}/custodians`, { email: jane.mail }],
    ['GET', `${own}/custodians`],
    ['GET', custodian],
    ['POST', `${custodian}/userSources`, source],
    ['GET', `${custodian}/userSources`],
    ['POST', `${custodian}/applyHold`],
    ['POST', `${custodian}/removeHold`],
    ['GET', `${own}/searches`],
    ['POST', `${own}/searches`, everything],
    ['GET', search],
    ['POST', `${search}/estimateStatistics`],
    ['POST', `${search}/exportResult`, { ...asPst, displayName: 'OFF-41 again' }],
    ['GET', `${own}/operations`],
    ['GET', `${own}/operations/${operation.id}`],
    ['POST', `${own}/close`],
  ];
}
