import { z } from 'zod';
import { tenAtATime } from '../graph/inParts.ts';
import { path } from '../graph/path.ts';
import { entraUsers, who } from '../partners/places.ts';
import { definePartnerChecklist } from '../partners/step.ts';
import { theirPeople } from '../partners/theirs.ts';

const account = z.object({ id: z.string(), displayName: z.string().nullish(), userPrincipalName: z.string() });

/** An account of ours with an address of theirs may be anybody's: it is named, and never removed by rule. */
export const checkLocalAccounts = definePartnerChecklist({
  id: 'check-local-accounts',
  title: 'Look at accounts made here for them',
  does: 'Names accounts of your own that carry an address of the partner, for somebody to decide about.',

  async concerns(context) {
    const { graph, subject } = context;
    const known = new Set((await theirPeople(context)).map(({ id }) => id));
    const rest = subject.accounts.filter((id) => !known.has(id));
    const found = await tenAtATime(rest, (id) =>
      graph.find(path`/users/${id}?$select=id,displayName,userPrincipalName`, account),
    );
    const names = found.flatMap((one) => (one === null ? [] : `${one.displayName ?? ''} (${one.userPrincipalName})`));
    return names.length === 0
      ? { notNeeded: 'No account of yours carries an address of theirs.' }
      : { byHand: `These accounts carry an address of theirs, and are no guests: ${names.sort().join(', ')}.` };
  },
  hand: ({ displayName }) => ({
    who: who.userAdmin,
    ...entraUsers,
    clicks: [
      `Find out of each account whether somebody of ${displayName} uses it.`,
      'Theirs: type “offboard” and its address. Yours: take the foreign address out of its contact information.',
    ],
    command: null,
  }),
});
