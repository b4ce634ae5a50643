import { z } from 'zod';
import { isMissing } from '../graph/failure.ts';
import { path } from '../graph/path.ts';
import { entraUser, onPremises, who } from '../people/places.ts';
import { definePersonStep } from '../people/step.ts';

const account = z.object({ id: z.string(), userPrincipalName: z.string() });

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
  async run({ graph }, { id }) {
    try {
      await graph.delete(path`/users/${id}`);
    } catch (error) {
      if (!isMissing(error)) throw error;
    }
  },
  async verify({ graph }, { id }) {
    if ((await graph.find(path`/users/${id}?$select=id,userPrincipalName`, account)) !== null)
      return { notYet: 'The account is still there.' };
    const deleted = await graph.find(path`/directory/deletedItems/${id}?$select=id`, z.object({ id: z.string() }));
    return deleted === null
      ? { notYet: 'The account is gone, but not among the deleted users.' }
      : { proved: 'The account is among the deleted users; it can be restored for 30 days.' };
  },
  byHand(subject) {
    if (subject.synced) return onPremises(subject, 'Right-click, Delete.', null);
    return { who: who.userAdmin, ...entraUser(subject), clicks: ['Delete.', 'Yes.'], command: null };
  },
  async undo({ graph }, { id }) {
    const isBack = async () => (await graph.find(path`/users/${id}?$select=id`, z.object({ id: z.string() }))) !== null;
    if (await isBack()) return;
    try {
      await graph.post(path`/directory/deletedItems/${id}/restore`, {});
    } catch (error) {
      // A restore that got no answer may have happened, and show only now.
      if (!isMissing(error) || !(await isBack())) throw error;
    }
  },
});
