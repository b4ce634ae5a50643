import { z } from 'zod';
import { path } from '../graph/path.ts';
import { appRegistrations, who } from '../partners/places.ts';
import type { ReadContext } from '../partners/step.ts';
import { definePartnerSweep, type Found } from '../partners/sweep.ts';
import { theirPeople } from '../partners/theirs.ts';

const registration = z.object({
  id: z.string(),
  displayName: z.string().nullish(),
  owners: z.array(z.looseObject({ id: z.string().toLowerCase() })).nullish(),
});
const ownership = z.object({ appId: z.string(), app: z.string(), ownerId: z.string(), owner: z.string() });
type Ownership = z.output<typeof ownership>;

/** Whoever owns an app registration makes keys for it. */
export const removePartnerOwners = definePartnerSweep<Ownership>({
  id: 'remove-partner-owners',
  title: 'Remove owners of app registrations',
  does: 'Takes the partner’s people out of the owners of your app registrations, but never the last one.',
  permissions: ['Application.ReadWrite.All', 'Directory.Read.All'],
  item: ownership,
  none: 'Nobody of theirs can be taken out of the owners of an app registration.',
  nouns: ['owner', 'owners'],
  done: ['was taken out', 'were taken out'],
  find: findOwners,
  key: ({ appId, ownerId }) => `${appId} ${ownerId}`,
  says: ({ app, owner }) => `App registration “${app}”: ${owner} an owner → not an owner`,
  name: ({ app, owner }) => `${owner} of “${app}”`,
  remove: ({ appId, ownerId }) => ({ method: 'DELETE', path: path`/applications/${appId}/owners/${ownerId}/$ref` }),
  restore: ({ appId, ownerId }, { graph }) => ({
    method: 'POST',
    path: path`/applications/${appId}/owners/$ref`,
    body: graph.reference(path`/directoryObjects/${ownerId}`),
  }),
  hand: ({ displayName }) => ({
    who: who.appAdmin,
    ...appRegistrations,
    clicks: [
      `Open each registration that somebody of ${displayName} owns. Owners: add somebody of yours, then remove theirs.`,
      'Certificates & secrets: delete those that they know, and make new ones where the app is needed.',
    ],
    command: null,
  }),
});

/** Graph expands no more than these, and does not say that there are others. */
const mostExpanded = 20;

const ownersOf = ({ graph }: ReadContext, id: string) =>
  graph.list(path`/applications/${id}/owners?$select=id`, z.looseObject({ id: z.string().toLowerCase() }));

async function findOwners(context: ReadContext): Promise<Found<Ownership>> {
  const [people, all] = await Promise.all([
    theirPeople(context),
    context.graph.list('/applications?$select=id,displayName&$expand=owners($select=id)&$top=999', registration),
  ]);
  const names = new Map(people.map(({ id, name }) => [id, name]));
  const items: Ownership[] = [];
  const leaves: string[] = [];
  for (const { id, displayName, owners: first } of all) {
    const owners = (first?.length ?? 0) < mostExpanded ? (first ?? []) : await ownersOf(context, id);
    const theirs = owners.filter((one) => names.has(one.id));
    const app = displayName ?? 'without a name';
    if (theirs.length === 0) continue;
    if (theirs.length === owners.length)
      leaves.push(
        `Nobody but ${theirs.map((one) => names.get(one.id)).join(', ')} owns the app registration “${app}”: make somebody of yours an owner first.`,
      );
    else items.push(...theirs.map((one) => ({ appId: id, app, ownerId: one.id, owner: names.get(one.id) ?? '' })));
  }
  return { items, leaves };
}
