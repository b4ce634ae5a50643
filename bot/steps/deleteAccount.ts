import { z } from 'zod';
import { seenSoon } from '../clock.ts';
import { isMissing } from '../graph/failure.ts';
import type { GraphReader } from '../graph/graph.ts';
import { path } from '../graph/path.ts';
import { entraUser, onPremises, who } from '../people/places.ts';
import { definePersonStep } from '../people/step.ts';

const known = z.object({ id: z.string() });
const account = known.extend({ userPrincipalName: z.string() });

/** The account goes to the deleted users, where Microsoft 365 keeps it for 30 days. */
export const deleteAccount = definePersonStep({
  id: 'delete-account',
  title: 'Delete the account',
  does: 'Deletes the account with its mailbox. It can be restored for 30 days.',
  permissions: ['User.Read.All', 'User.DeleteRestore.All'],
  directoryRole: 'for privileged subjects',
  destructive: true,
  before: account,

  appliesTo({ synced }, { endState }) {
    if (endState !== 'delete') return { notNeeded: 'The account is kept.' };
    return synced
      ? { byHand: 'Delete the account in the on-premises directory: the next sync removes it here.' }
      : null;
  },
  async preview({ subject, graph }) {
    const before = await graph.find(path`/users/${subject.id}?$select=id,userPrincipalName`, account);
    if (before === null) return { notNeeded: 'The account is already deleted.' };
    return {
      before,
      changes: [
        {
          says: `Account ${before.userPrincipalName}: deleted, with its mailbox and files; can be restored for 30 days`,
          touches: [before.id],
        },
      ],
      destroys: true,
    };
  },
  async run({ graph, attempt }, { id }) {
    const isDeleted = async () => ((await isThere(graph, id)) ? null : true);
    if (attempt > 1 && (await seenSoon(isDeleted))) return;
    try {
      await graph.delete(path`/users/${id}`);
    } catch (error) {
      if (!isMissing(error)) throw error;
    }
  },
  async verify({ graph }, { id }) {
    if (await isThere(graph, id)) return { notYet: 'The account is still there.' };
    const deleted = await graph.find(path`/directory/deletedItems/${id}?$select=id`, known);
    return deleted === null
      ? { notYet: 'The account is gone, but not among the deleted users.' }
      : { proved: 'The account is among the deleted users; it can be restored for 30 days.' };
  },
  byHand(subject) {
    if (subject.synced) return onPremises(subject, ['Right-click, Delete.'], null);
    return { who: who.userAdmin, ...entraUser(subject), clicks: ['Delete.', 'Yes.'], command: null };
  },
  async undo({ graph }, { id }) {
    if (await isThere(graph, id)) return;
    try {
      await graph.post(path`/directory/deletedItems/${id}/restore`, {});
    } catch (error) {
      // A restore that got no answer may have happened, and show only now.
      if (!isMissing(error) || !(await isThere(graph, id))) throw error;
    }
  },
});

const isThere = async (graph: GraphReader, id: string): Promise<boolean> =>
  (await graph.find(path`/users/${id}?$select=id`, known)) !== null;
