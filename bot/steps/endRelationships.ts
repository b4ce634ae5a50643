import { z } from 'zod';
import { dayInWords, hours, seenSoon } from '../clock.ts';
import type { Customer } from '../customers/kind.ts';
import { isOf, mayEnd, type Relationship, readRelationship, readRelationships } from '../customers/relationships.ts';
import { defineStep, type Step } from '../engine/step.ts';
import { AppError } from '../errors.ts';
import { lackingWords } from '../graph/lacking.ts';
import { path } from '../graph/path.ts';

const before = z.object({ relationships: z.array(z.object({ id: z.string(), name: z.string() })) });
const permissions = [mayEnd];

/** What Microsoft 365 calls one that is over; while it ends, it is terminationRequested and terminating. */
const ended = ['terminated', 'expired'];

/** In the service provider's own tenant: the customer's side is `end-delegated-admin`. */
export const endRelationships: Step<Customer, unknown> = defineStep<Customer, unknown, z.output<typeof before>>(
  {
    id: 'end-relationships',
    title: 'End delegated administration of the customer',
    does: 'Terminates every active relationship of delegated administration with a customer, from the service provider’s own tenant.',
    permissions,
    destructive: true,
    takes: { usually: 'within minutes', atMost: hours(24) },
    before,

    async preview({ subject, graph }) {
      const all = (await readRelationships(graph)).filter(isOf(subject.id));
      const active = all.filter(({ status }) => status === 'active');
      const leaves = all
        .filter(({ status }) => ['created', 'approvalPending', 'approved', 'activating'].includes(status))
        .map((one) => `“${nameOf(one)}” is not active yet (${one.status}): withdraw it in Partner Center.`);
      if (active.length === 0) return { notNeeded: 'There is no active relationship with them.', leaves };
      return {
        before: { relationships: active.map((one) => ({ id: one.id, name: nameOf(one) })) },
        changes: active.map((one) => ({ says: `${inWords(one)}: active → ended`, touches: [one.id] })),
        leaves,
        destroys: true,
      };
    },
    async run({ graph, attempt }, { relationships }) {
      for (const { id } of relationships) {
        // What an attempt without an answer has asked for shows in a moment, and is never asked for twice.
        if (attempt > 1) await seenSoon(async () => ((await statusOf(graph, id)) === 'active' ? null : true));
        const status = await statusOf(graph, id);
        if (status !== 'active') continue;
        try {
          await graph.post(path`/tenantRelationships/delegatedAdminRelationships/${id}/requests`, {
            action: 'terminate',
          });
        } catch (error) {
          if (error instanceof AppError && error.code === 'graph-refused' && (await statusOf(graph, id)) !== 'active')
            continue;
          throw error;
        }
      }
    },
    async verify({ graph }, { relationships }) {
      const now = await Promise.all(
        relationships.map(async (one) => ({ ...one, status: await statusOf(graph, one.id) })),
      );
      const left = now.filter(({ status }) => status !== null && !ended.includes(status));
      const [first] = left;
      if (first === undefined) return { proved: `Ended: ${relationships.map(({ name }) => `“${name}”`).join(', ')}.` };
      return {
        notYet:
          first.status === 'active'
            ? `“${first.name}” is still active.`
            : `Microsoft 365 is still ending “${first.name}” (${first.status}).`,
      };
    },
    byHand: ({ displayName }) => ({
      who: 'an Admin agent of your Partner Center',
      where: 'Partner Center, Customers',
      page: { center: 'partner', path: '' },
      clicks: [`Open ${displayName}, Admin relationships.`, 'Open each that is active: Terminate, then Yes.'],
      command: null,
    }),
    cannotUndo: 'The customer would have to accept a new relationship.',
  },
  {
    lacks: ({ access }) => lackingWords(permissions, access),
    blind: () => false,
    holdsBack: () => null,
    mayPass: () => false,
  },
);

const nameOf = ({ displayName, id }: Relationship): string => displayName ?? id;

function inWords(one: Relationship): string {
  const roles = one.accessDetails?.unifiedRoles?.length ?? 0;
  const until = one.endDateTime ? `, until ${dayInWords(new Date(one.endDateTime))}` : '';
  return `Relationship “${nameOf(one)}” (${roles} ${roles === 1 ? 'role' : 'roles'}${until})`;
}

type Reader = Parameters<typeof readRelationship>[0];
/** Null for one that is not there. */
const statusOf = async (graph: Reader, id: string): Promise<string | null> =>
  (await readRelationship(graph, id))?.status ?? null;
