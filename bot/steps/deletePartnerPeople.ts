import { z } from 'zod';
import { minutes } from '../clock.ts';
import { listOfType } from '../graph/directoryObjects.ts';
import { isMissing } from '../graph/failure.ts';
import type { GraphReader } from '../graph/graph.ts';
import { tenAtATime } from '../graph/inParts.ts';
import { path } from '../graph/path.ts';
import { entraUsers, who } from '../partners/places.ts';
import type { ReadContext } from '../partners/step.ts';
import { definePartnerSweep } from '../partners/sweep.ts';
import { theirPeople } from '../partners/theirs.ts';

const account = z.object({ id: z.string(), name: z.string() });
const known = z.object({ id: z.string() });
const owned = z.object({ id: z.string(), displayName: z.string().nullish() });

export const deletePartnerPeople = definePartnerSweep({
  id: 'delete-partner-people',
  title: 'Delete their guests and members',
  does: 'Deletes the accounts that the partner’s people have here; each can be restored for 30 days.',
  permissions: ['Directory.Read.All', 'User.DeleteRestore.All'],
  destructive: true,
  takes: { usually: 'within minutes', atMost: minutes(30) },
  item: account,
  unless: ({ options }) => (options.guests === 'delete' ? null : 'They are kept, blocked.'),
  none: 'Their people have no accounts here.',
  nouns: ['account', 'accounts'],
  done: [
    'is among the deleted users, and can be restored for 30 days',
    'are among the deleted users, and can be restored for 30 days',
  ],
  async find(context) {
    const people = await theirPeople(context);
    return { items: people.map(({ id, name }) => ({ id, name })), warns: await ownedAlone(context, people) };
  },
  key: ({ id }) => id,
  says: ({ name }) => `Account of ${name}: deleted; can be restored for 30 days`,
  name: ({ name }) => name,
  remove: ({ id }) => ({ method: 'DELETE', path: path`/users/${id}` }),
  restore: ({ id }) => ({ method: 'POST', path: path`/directory/deletedItems/${id}/restore`, body: {} }),
  isSafe: async ({ graph }, { id }) =>
    (await graph.find(path`/directory/deletedItems/${id}?$select=id`, known)) !== null,
  hand: ({ displayName, domains }) => ({
    who: who.userAdmin,
    ...entraUsers,
    clicks: [
      `Filter by user type Guest, and find those of ${displayName} (${domains.join(', ') || 'no address is known'}).`,
      'Select them. Delete, then OK.',
    ],
    command: null,
  }),
});

/** Whoever is gone by then, though the list still shows them, owns nothing. */
async function ownedBy(graph: GraphReader, id: string): Promise<z.output<typeof owned>[]> {
  try {
    return await listOfType(graph, 'group', path`/users/${id}/ownedObjects?$select=id,displayName`, owned);
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

/** A group that nobody of ours owns is looked after by nobody once they are gone. */
async function ownedAlone({ graph }: ReadContext, people: readonly { id: string }[]): Promise<string[]> {
  const theirs = new Set(people.map(({ id }) => id));
  const groups = await tenAtATime(people, ({ id }) => ownedBy(graph, id));
  const each = new Map(groups.flat().map((one) => [one.id, one]));
  const judged = await tenAtATime([...each.values()], async ({ id, displayName }) => {
    const owners = await listOfType(graph, 'user', path`/groups/${id}/owners?$select=id`, known);
    return owners.every((owner) => theirs.has(owner.id)) ? [`“${displayName ?? id}”`] : [];
  });
  const alone = judged.flat().sort();
  return alone.length === 0 ? [] : [`Nobody but them owns ${alone.join(', ')}: make somebody of yours an owner first.`];
}
