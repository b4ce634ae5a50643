import { z } from 'zod';
import { path } from '../graph/path.ts';
import { conditionalAccessPolicies, who } from '../partners/places.ts';
import { definePartnerStep, type ReadContext } from '../partners/step.ts';
import { theirPeople } from '../partners/theirs.ts';

const outsiders = z
  .looseObject({
    externalTenants: z.looseObject({ members: z.array(z.string()).nullish() }).nullish(),
  })
  .nullish();
const conditions = z.looseObject({
  users: z
    .looseObject({ excludeUsers: z.array(z.string()).nullish(), excludeGuestsOrExternalUsers: outsiders })
    .nullish(),
});
const policy = z.object({ id: z.string(), displayName: z.string().nullish(), conditions });
type Conditions = z.output<typeof conditions>;

const before = z.object({
  /** Each with its conditions as they were: Graph replaces them whole. */
  policies: z.array(z.object({ id: z.string(), name: z.string(), conditions })),
  people: z.array(z.string()),
  tenantId: z.string().nullable(),
});

/** What holds for everybody but the partner is a door that is left open for them. */
export const removePartnerExclusions = definePartnerStep({
  id: 'remove-partner-exclusions',
  title: 'Remove exclusions from Conditional Access',
  does: 'Takes the partner’s tenant and people out of what policies of Conditional Access leave out.',
  permissions: ['Policy.Read.All', 'Policy.ReadWrite.ConditionalAccess', 'Application.Read.All', 'User.Read.All'],
  before,

  async preview(context) {
    const { subject } = context;
    const people = await theirPeople(context);
    const noted = { people: people.map(({ id }) => id), tenantId: subject.tenantId };
    const excluding = (await policiesOf(context)).flatMap(({ id, displayName, conditions: set }) => {
      const who = excluded(set, noted);
      return who.length === 0 ? [] : [{ id, name: displayName ?? 'without a name', conditions: set, who }];
    });
    if (excluding.length === 0) return { notNeeded: 'No policy leaves them out.' };
    const nameOf = (id: string) =>
      id === subject.tenantId ? 'their tenant' : (people.find((one) => one.id === id)?.name ?? 'somebody of theirs');
    return {
      before: { ...noted, policies: excluding.map(({ who: _who, ...one }) => one) },
      changes: excluding.map(({ id, name, who }) => ({
        says: `Policy “${name}”: leaves out ${who.map(nameOf).join(', ')} → no longer`,
        touches: [id, ...who],
      })),
    };
  },
  async run(context, { policies, ...noted }) {
    for (const { id, conditions: now } of (await policiesOf(context)).filter(isAmong(policies))) {
      if (excluded(now, noted).length === 0) continue;
      await context.graph.patch(path`/identity/conditionalAccess/policies/${id}`, { conditions: without(now, noted) });
    }
  },
  async verify(context, { policies, ...noted }) {
    const left = (await policiesOf(context))
      .filter(isAmong(policies))
      .filter(({ conditions: now }) => excluded(now, noted).length > 0);
    if (left.length > 0)
      return { notYet: `Still left out in ${left.map((one) => `“${one.displayName}”`).join(', ')}.` };
    return {
      proved:
        policies.length === 1 ? '1 policy holds for them, too.' : `${policies.length} policies hold for them, too.`,
    };
  },
  byHand: ({ displayName }) => ({
    who: who.conditionalAccessAdmin,
    ...conditionalAccessPolicies,
    clicks: [`Open each policy. Users, Exclude: take out ${displayName} and its people. Save.`],
    command: null,
  }),
  async undo(context, { policies }) {
    const now = await policiesOf(context);
    for (const { id, conditions: then } of policies)
      if (now.some((one) => one.id === id && JSON.stringify(one.conditions) !== JSON.stringify(then)))
        await context.graph.patch(path`/identity/conditionalAccess/policies/${id}`, { conditions: then });
  },
});

interface Noted {
  people: readonly string[];
  tenantId: string | null;
}

const policiesOf = ({ graph }: ReadContext) => graph.list('/identity/conditionalAccess/policies', policy);

const isAmong =
  (those: readonly { id: string }[]) =>
  ({ id }: { id: string }): boolean =>
    those.some((one) => one.id === id);

/** Whom of theirs it leaves out. */
function excluded({ users }: Conditions, { people, tenantId }: Noted): string[] {
  const tenants = users?.excludeGuestsOrExternalUsers?.externalTenants?.members ?? [];
  return [
    ...(tenantId !== null && tenants.includes(tenantId) ? [tenantId] : []),
    ...(users?.excludeUsers ?? []).filter((id) => people.includes(id)),
  ];
}

function without(set: Conditions, { people, tenantId }: Noted): Conditions {
  const { users } = set;
  const outside = users?.excludeGuestsOrExternalUsers;
  const tenants = outside?.externalTenants?.members?.filter((id) => id !== tenantId);
  return {
    ...set,
    users: {
      ...users,
      ...(users?.excludeUsers && { excludeUsers: users.excludeUsers.filter((id) => !people.includes(id)) }),
      // Without any tenant in its list, Graph refuses the exclusion.
      ...(outside && {
        excludeGuestsOrExternalUsers:
          tenants === undefined
            ? outside
            : tenants.length === 0
              ? null
              : { ...outside, externalTenants: { ...outside.externalTenants, members: tenants } },
      }),
    },
  };
}
