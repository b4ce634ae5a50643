import { z } from 'zod';
import { path } from '../graph/path.ts';
import { entraUsers, who } from '../partners/places.ts';
import { definePartnerSweep } from '../partners/sweep.ts';
import { theirPeople } from '../partners/theirs.ts';

const account = z.object({ id: z.string(), name: z.string() });

/** Cross-tenant access stops those with an Entra account at home; whoever signs in with a code or a private account it does not. */
export const blockPartnerPeople = definePartnerSweep({
  id: 'block-partner-people',
  title: 'Block their guests and members',
  does: 'Disables the accounts that the partner’s people have here.',
  permissions: ['Directory.Read.All', 'User.EnableDisableAccount.All'],
  item: account,
  none: 'None of their people can sign in to an account here.',
  nouns: ['account', 'accounts'],
  done: ['is blocked', 'are blocked'],
  async find(context) {
    const enabled = (await theirPeople(context)).filter(({ isEnabled }) => isEnabled);
    return { items: enabled.map(({ id, name }) => ({ id, name })) };
  },
  key: ({ id }) => id,
  says: ({ name }) => `Sign-in of ${name}: allowed → blocked`,
  name: ({ name }) => name,
  remove: ({ id }) => ({ method: 'PATCH', path: path`/users/${id}`, body: { accountEnabled: false } }),
  restore: ({ id }) => ({ method: 'PATCH', path: path`/users/${id}`, body: { accountEnabled: true } }),
  hand: ({ displayName, domains }) => ({
    who: who.userAdmin,
    ...entraUsers,
    clicks: [
      `Filter by user type Guest, and find those of ${displayName} (${domains.join(', ') || 'no address is known'}).`,
      'Edit properties of each: clear “Account enabled”. Save.',
    ],
    command: null,
  }),
});
