import { z } from 'zod';
import { path } from '../graph/path.ts';
import { entraUser, who } from '../people/places.ts';
import { definePersonStep } from '../people/step.ts';

const account = z.object({ accountEnabled: z.boolean() });
const user = (id: string) => path`/users/${id}?$select=accountEnabled`;

/** Whatever fails later, the door is already shut. */
export const blockSignIn = definePersonStep({
  id: 'block-sign-in',
  title: 'Block sign-in',
  does: 'Disables the account, so that nobody can sign in to it again.',
  permissions: ['User.Read.All', 'User.EnableDisableAccount.All'],
  directoryRole: 'for privileged subjects',
  onlyWithoutRoles: true,
  before: account,

  async preview({ subject, graph }) {
    const before = await graph.read(user(subject.id), account);
    if (!before.accountEnabled) return { notNeeded: 'Sign-in is already blocked.' };
    return { before, changes: [{ says: 'Sign-in: allowed → blocked', touches: [subject.id] }] };
  },
  async run({ subject, graph }) {
    await graph.patch(path`/users/${subject.id}`, { accountEnabled: false });
  },
  async verify({ subject, graph }) {
    const { accountEnabled } = await graph.read(user(subject.id), account);
    return accountEnabled ? { notYet: 'Sign-in still shows as allowed.' } : { proved: 'Sign-in is blocked.' };
  },
  byHand(subject) {
    return {
      who: who.userAdmin,
      ...entraUser(subject),
      clicks: ['Edit properties, Settings.', 'Clear “Account enabled”.', 'Save.'],
      command: null,
    };
  },
  async undo({ subject, graph }, before) {
    await graph.patch(path`/users/${subject.id}`, { accountEnabled: before.accountEnabled });
  },
});
