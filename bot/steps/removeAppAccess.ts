import { z } from 'zod';
import { cameLater } from '../engine/cameLater.ts';
import { isMissing } from '../graph/failure.ts';
import { path, quoted } from '../graph/path.ts';
import { entraUser, who } from '../people/places.ts';
import { definePersonStep, type ReadContext } from '../people/step.ts';

const assignment = z.object({
  id: z.string(),
  appRoleId: z.string(),
  principalId: z.string(),
  principalType: z.string().nullish(),
  resourceId: z.string(),
  resourceDisplayName: z.string().nullish(),
});
const kept = z.object({ id: z.string(), appRoleId: z.string(), resourceId: z.string(), name: z.string() });
const packageAssignment = z.object({
  state: z.string().nullish(),
  accessPackage: z.object({ displayName: z.string().nullish() }).nullish(),
});
const mayReadPackages = 'EntitlementManagement.Read.All';

/** The apps behind single sign-on: without the assignment there is no way in, and provisioning takes the account away. */
export const removeAppAccess = definePersonStep({
  id: 'remove-app-access',
  title: 'Remove app access',
  endsWithSubject: true,
  does: 'Removes the person’s own assignments to apps behind single sign-on, and names access packages.',
  permissions: ['AppRoleAssignment.ReadWrite.All'],
  before: z.object({ assignments: z.array(kept) }),

  async preview(context) {
    const assignments = await assignmentsOf(context);
    const leaves = await packagesOf(context);
    if (assignments.length === 0) return { notNeeded: 'They have no apps of their own.', leaves };
    return {
      before: { assignments },
      changes: assignments.map(({ id, name }) => ({ says: `App ${name}: assigned → not assigned`, touches: [id] })),
      leaves,
    };
  },
  async run(context, { assignments }) {
    for (const { id } of (await assignmentsOf(context)).filter(isAmong(assignments))) {
      try {
        await context.graph.delete(path`/users/${context.subject.id}/appRoleAssignments/${id}`);
      } catch (error) {
        if (!isMissing(error)) throw error;
      }
    }
  },
  async verify(context, { assignments }) {
    const now = await assignmentsOf(context);
    const left = now.filter(isAmong(assignments));
    if (left.length > 0) return { notYet: `Still assigned: ${left.map(({ name }) => name).join(', ')}.` };
    const done = assignments.length === 1 ? '1 app was taken away.' : `${assignments.length} apps were taken away.`;
    return { proved: `${done}${cameLater(now.length, 'app')}` };
  },
  byHand(subject) {
    return {
      who: who.appAdmin,
      ...entraUser(subject),
      clicks: ['Applications.', 'Select every app that is assigned directly.', 'Remove.'],
      command: null,
    };
  },
  async undo(context, { assignments }) {
    const isThere = isAmong(await assignmentsOf(context));
    for (const one of assignments) {
      if (isThere(one)) continue;
      const { appRoleId, resourceId } = one;
      await context.graph.post(path`/users/${context.subject.id}/appRoleAssignments`, {
        principalId: context.subject.id,
        resourceId,
        appRoleId,
      });
    }
  },
});

type Kept = z.output<typeof kept>;

/** By what is assigned: an assignment that is made again has another id. */
const isAmong =
  (assignments: Kept[]) =>
  ({ appRoleId, resourceId }: Kept): boolean =>
    assignments.some((one) => one.appRoleId === appRoleId && one.resourceId === resourceId);

async function assignmentsOf({ subject, graph }: ReadContext): Promise<Kept[]> {
  const found = await graph.list(path`/users/${subject.id}/appRoleAssignments`, assignment);
  return found
    .filter(({ principalId }) => principalId === subject.id)
    .map(({ id, appRoleId, resourceId, resourceDisplayName }) => ({
      id,
      appRoleId,
      resourceId,
      name: resourceDisplayName ?? 'without a name',
    }))
    .sort((a, b) => a.id.localeCompare(b.id));
}

/** An access package keeps giving what it gives until its assignment ends. */
async function packagesOf({ subject, access, graph }: ReadContext): Promise<string[]> {
  if (!access.permissions.has(mayReadPackages)) return [];
  const filter = `target/objectId eq ${quoted(subject.id)}`;
  const found = await graph.list(
    path`/identityGovernance/entitlementManagement/assignments?$filter=${filter}&$expand=accessPackage,target`,
    packageAssignment,
  );
  return found
    .filter(({ state }) => state === 'delivered' || state === 'partiallyDelivered')
    .map(
      ({ accessPackage }) =>
        `The access package “${accessPackage?.displayName ?? 'without a name'}”: end its assignment under Identity Governance in the Entra admin center.`,
    )
    .sort();
}
