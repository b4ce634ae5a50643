import { collection } from '../odata/answer.ts';
import type { Route } from '../route.ts';
import { requireIntune } from './managedDevices.ts';

/** Members are groups, never people. */
export const intuneRoles: Route[] = [
  {
    method: 'GET',
    path: '/deviceManagement/roleAssignments',
    answer: (call) => {
      requireIntune(call);
      const rows = call.data.intuneRoleAssignments.map((one) => ({ ...one, description: '', resourceScopes: [] }));
      return collection(call, rows, { context: 'deviceManagement/roleAssignments' });
    },
  },
];
