import { z } from 'zod';
import { seenSoon } from '../clock.ts';
import { path } from '../graph/path.ts';
import {
  blocks,
  findPolicies,
  holdsUp,
  policiesPath,
  policyName,
  policyOf,
  readPolicies,
} from '../partners/accessPolicy.ts';
import { uncontained } from '../partners/kind.ts';
import { conditionalAccessPolicies, who } from '../partners/places.ts';
import { definePartnerStep } from '../partners/step.ts';

/** The one thing that is known to stop a service provider before delegated administration is ended. */
export const blockByConditionalAccess = definePartnerStep({
  id: 'block-by-conditional-access',
  title: 'Block them by Conditional Access',
  does: 'Adds a policy that blocks every sign-in of the partner’s technicians, guests and members.',
  permissions: ['Policy.Read.All', 'Policy.ReadWrite.ConditionalAccess', 'Application.Read.All'],
  before: z.object({ name: z.string(), tenantId: z.string() }),

  appliesTo({ tenantId, containment, isProvider }) {
    if (tenantId === null) return { notNeeded: 'No tenant is known that could be blocked.' };
    const why = uncontained[containment];
    if (why === undefined) return null;
    return {
      notNeeded: isProvider
        ? why
        : 'Conditional Access can’t be used in your tenant; their tenant is blocked without it.',
    };
  },
  async preview({ subject, graph, caseName }) {
    const { tenantId, displayName } = subject;
    if (tenantId === null) throw new Error('a tenant is known wherever this applies');
    const name = policyName(caseName, subject);
    const [there] = await findPolicies(graph, name);
    if (there !== undefined && blocks(there, tenantId)) return { notNeeded: `The policy “${name}” blocks them.` };
    return {
      before: { name, tenantId },
      changes: [
        {
          says: `Sign-in of everybody from ${displayName}: as your policies say → blocked, by a new policy “${name}”`,
          touches: [tenantId],
        },
      ],
      leaves: [
        'Apps of theirs sign in all the same, and so does whoever has an account that was made here; tokens that were given out last for about an hour more.',
      ],
    };
  },
  async run({ graph, attempt }, { name, tenantId }) {
    const policy = policyOf(name, tenantId);
    // Names are not unique: what an attempt without an answer may have made is looked for before another is made.
    if (attempt > 1) await seenSoon(async () => (await findPolicies(graph, name))[0] ?? null);
    const [there] = await findPolicies(graph, name);
    if (there === undefined) await graph.post(policiesPath, policy);
    else if (!blocks(there, tenantId))
      await graph.patch(path`/identity/conditionalAccess/policies/${there.id}`, policy);
  },
  async verify({ graph }, { name, tenantId }) {
    const [there] = await findPolicies(graph, name);
    if (there === undefined) return { notYet: 'The policy does not show yet.' };
    if (!blocks(there, tenantId)) return { notYet: 'The policy does not say yet what it should.' };
    const holds = await holdsUp(graph, there.id, tenantId);
    if (holds === false) return { notYet: 'By What-If the policy would not hold up their technicians and guests yet.' };
    return {
      proved:
        holds === null
          ? `The policy “${name}” is on. It could not be tried with What-If.`
          : `The policy “${name}” is on, and by What-If it blocks their technicians and guests.`,
    };
  },
  byHand(subject) {
    return {
      who: who.conditionalAccessAdmin,
      ...conditionalAccessPolicies,
      clicks: [
        'New policy. Users: Select users and groups, Guest or external users: every kind but local guests, and service provider users.',
        `Specify external Microsoft Entra organizations: ${subject.displayName} (${subject.tenantId ?? 'no tenant is known'}).`,
        'Target resources: all. Grant: block access. Enable policy: On. Create.',
      ],
      command: null,
    };
  },
  /** A policy that somebody made there goes by whatever name they gave it. */
  async verifyByHand({ subject: { tenantId }, graph }) {
    const found = (await readPolicies(graph)).find((one) => tenantId !== null && blocks(one, tenantId));
    return found === undefined
      ? { notYet: 'No policy that is on blocks everybody from there.' }
      : { proved: `The policy “${found.displayName ?? 'without a name'}” blocks them.` };
  },
  async undo({ graph }, { name }) {
    for (const { id } of await findPolicies(graph, name))
      await graph.delete(path`/identity/conditionalAccess/policies/${id}`);
  },
});
