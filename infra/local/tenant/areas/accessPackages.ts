import type { AccessPackageAssignment } from '../identitySchema.ts';
import { collection } from '../odata/answer.ts';
import type { Resource } from '../odata/resource.ts';
import type { Call, Route } from '../route.ts';

/** Access packages (entitlement management): who has which. Read only. */
const own = ['id', 'state', 'status', 'expiredDateTime', 'schedule', 'customExtensionCalloutInstances'];

function assignmentResource(call: Call, assignment: AccessPackageAssignment): Resource {
  return {
    id: assignment.id,
    state: assignment.state,
    status: assignment.status,
    expiredDateTime: assignment.expiredDateTime,
    schedule: {
      startDateTime: assignment.assignedDateTime,
      recurrence: null,
      expiration: assignment.endDateTime
        ? { type: 'afterDateTime', endDateTime: assignment.endDateTime, duration: null }
        : { type: 'noExpiration', endDateTime: null, duration: null },
    },
    customExtensionCalloutInstances: [],
    // For `$filter`; they show with `$expand` alone.
    target: targetOf(call, assignment),
    accessPackage: packageOf(call, assignment),
  };
}

function targetOf(call: Call, { targetId }: AccessPackageAssignment): Resource {
  const user = call.data.users.find((candidate) => candidate.id === targetId);
  return {
    id: targetId,
    objectId: targetId,
    displayName: user?.displayName ?? null,
    principalName: user?.userPrincipalName ?? null,
    email: user?.mail ?? null,
    onPremisesSecurityIdentifier: null,
    subjectType: 'user',
    subjectLifecycle: user?.userType === 'Guest' ? 'governed' : 'notDefined',
  };
}

function packageOf(call: Call, { accessPackageId }: AccessPackageAssignment): Resource | null {
  const found = call.data.accessPackages.find((candidate) => candidate.id === accessPackageId);
  return found ? { ...found, modifiedDateTime: found.createdDateTime, isHidden: false } : null;
}

export const accessPackages: Route[] = [
  {
    method: 'GET',
    path: '/identityGovernance/entitlementManagement/assignments',
    answer: (call) => {
      const find = (id: string) => call.data.accessPackageAssignments.filter((candidate) => candidate.id === id);
      return collection(
        call,
        call.data.accessPackageAssignments.map((assignment) => assignmentResource(call, assignment)),
        {
          context: 'identityGovernance/entitlementManagement/assignments',
          defaults: own,
          expand: {
            target: ({ id }) => find(id).map((assignment) => targetOf(call, assignment))[0] ?? null,
            accessPackage: ({ id }) => find(id).map((assignment) => packageOf(call, assignment))[0] ?? null,
          },
        },
      );
    },
  },
];
