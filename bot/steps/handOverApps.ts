import { z } from 'zod';
import type { Clock } from '../clock.ts';
import { cameLater } from '../engine/cameLater.ts';
import { listOfType } from '../graph/directoryObjects.ts';
import type { Graph } from '../graph/graph.ts';
import { alreadyOut, alreadyThere, harmless } from '../graph/membership.ts';
import { path } from '../graph/path.ts';
import { type Person, personSchema } from '../people/person.ts';
import { entraApps, who } from '../people/places.ts';
import { definePersonStep, type ReadContext } from '../people/step.ts';

const secret = z.object({ endDateTime: z.string().nullish() });
const ownedObject = z.object({
  '@odata.type': z.string(),
  id: z.string(),
  appId: z.string().nullish(),
  displayName: z.string().nullish(),
  appOwnerOrganizationId: z.string().nullish(),
  passwordCredentials: z.array(secret).nullish(),
});
type OwnedObject = z.output<typeof ownedObject>;
const object = z.object({ id: z.string() });
/** An app has both, each with owners of its own. */
const kinds = { application: 'applications', servicePrincipal: 'servicePrincipals' } as const;
const handed = z.object({
  id: z.string(),
  kind: z.enum(['application', 'servicePrincipal']),
  name: z.string(),
  /** The successor becomes an owner first, because nobody else owns it. */
  alone: z.boolean(),
  successorOwned: z.boolean(),
});
type Handed = z.output<typeof handed>;
const before = z.object({
  apps: z.array(handed),
  successor: personSchema.pick({ id: true, displayName: true }).nullable(),
});

/** Whoever owns an app can give it new secrets and act as the app, whatever it may do. */
export const handOverApps = definePersonStep({
  id: 'hand-over-apps',
  title: 'Hand over apps',
  does: 'Makes the successor owner of app registrations and enterprise apps that the person owns alone, then ends the person’s ownership; names apps whose secrets they may have seen.',
  permissions: ['Application.ReadWrite.All', 'Directory.Read.All'],
  before,

  async preview(context) {
    const { successor } = context.options;
    const { apps, leaves } = await handable(context, successor);
    if (apps.length === 0) return { notNeeded: 'They own no apps that could be handed over.', leaves };
    return {
      before: { apps, successor: successor && { id: successor.id, displayName: successor.displayName } },
      changes: apps.map(({ id, kind, name, alone }) => ({
        says: `${words[kind]} “${name}”: owner → not an owner${alone ? `; ${successor?.displayName} becomes owner first, and can then act as the app` : ''}`,
        touches: alone && successor !== null ? [id, successor.id] : [id],
      })),
      leaves,
    };
  },
  receiver: ({ apps, successor }) => (apps.some(({ alone }) => alone) ? successor : null),
  async run(context, { apps, successor }) {
    const { subject, graph } = context;
    const owned = await readOwned(context);
    for (const app of apps) {
      // Where somebody else ended it meanwhile, the successor is not wanted.
      if (!owned.some(({ id }) => id === app.id) || (await isGone(context, app))) continue;
      if (app.alone && successor !== null) await add(graph, app, successor.id);
      await harmless(alreadyOut, () => graph.delete(ownerRef(app, subject.id)));
    }
  },
  async verify(context, { apps, successor }) {
    const still: string[] = [];
    const orphaned: string[] = [];
    for (const app of apps) {
      if (await isGone(context, app)) continue;
      const owners = await ownersOf(context, app);
      if (owners.includes(context.subject.id)) still.push(`“${app.name}”`);
      else if (owners.length === 0) orphaned.push(`“${app.name}”`);
    }
    if (still.length > 0) return { notYet: `Still an owner of ${still.join(', ')}.` };
    if (orphaned.length > 0) return { notYet: `No owner is to be seen yet for ${orphaned.join(', ')}.` };
    const later = (await handable(context, successor, apps)).apps.length;
    const done = apps.length === 1 ? '1 app is handed over.' : `${apps.length} apps are handed over.`;
    return { proved: `${done}${cameLater(later, 'app')}` };
  },
  byHand({ displayName }, { successor }) {
    return {
      who: who.appAdmin,
      ...entraApps,
      clicks: [
        `All applications: find those that ${displayName} owns, and then the same under Enterprise applications.`,
        `Owners: add ${successor?.displayName ?? 'a new owner'} first, then remove ${displayName}.`,
        'Certificates & secrets: make new secrets in place of those that they may have seen.',
      ],
      command: null,
    };
  },
  async undo(context, { apps, successor }) {
    const { subject, graph } = context;
    for (const app of apps) {
      if (await isGone(context, app)) continue;
      await add(graph, app, subject.id);
      if (app.alone && successor !== null && !app.successorOwned)
        await harmless(alreadyOut, () => graph.delete(ownerRef(app, successor.id)));
    }
  },
});

type App = Pick<Handed, 'id' | 'kind'>;

const words = { application: 'App registration', servicePrincipal: 'Enterprise app' } as const;
const wordsWithin = { application: 'app registration', servicePrincipal: 'enterprise app' } as const;

/** Without the end Graph would delete the person. */
const ownerRef = ({ id, kind }: App, ownerId: string): string =>
  `/${kinds[kind]}${path`/${id}/owners/${ownerId}/$ref`}`;

async function add(graph: Graph, { id, kind }: App, ownerId: string): Promise<void> {
  const owner = graph.reference(path`/directoryObjects/${ownerId}`);
  await harmless(alreadyThere, () => graph.post(`/${kinds[kind]}${path`/${id}/owners/$ref`}`, owner));
}

const isGone = async ({ graph }: ReadContext, { id, kind }: App): Promise<boolean> =>
  (await graph.find(`/${kinds[kind]}${path`/${id}?$select=id`}`, object)) === null;

/** Apps of Microsoft are nobody's to hand over. */
const microsoft = ['f8cdef31-a31e-4b4a-93e4-5f571e91255a', '72f988bf-86f1-41af-91ab-2d7cd011db47'];

async function readOwned({ subject, graph }: ReadContext): Promise<(OwnedObject & App & { name: string })[]> {
  const all = await graph.list(path`/users/${subject.id}/ownedObjects`, ownedObject);
  return all
    .flatMap((one) => {
      const kind = kindOf(one);
      return kind === null || microsoft.includes(one.appOwnerOrganizationId ?? '')
        ? []
        : [{ ...one, kind, name: one.displayName ?? 'without a name' }];
    })
    .sort((a, b) => a.id.localeCompare(b.id));
}

function kindOf({ '@odata.type': type }: OwnedObject): App['kind'] | null {
  if (type === '#microsoft.graph.application') return 'application';
  return type === '#microsoft.graph.servicePrincipal' ? 'servicePrincipal' : null;
}

/** Each of them with who owns it besides; `known` ones are left out. */
async function handable(context: ReadContext, successor: Pick<Person, 'id'> | null, known: Handed[] = []) {
  const { access, clock, subject } = context;
  const apps: Handed[] = [];
  const leaves: string[] = [];
  for (const one of await readOwned(context)) {
    if (known.some(({ id }) => id === one.id)) continue;
    const it = `the ${wordsWithin[one.kind]} “${one.name}”`;
    if (one.appId === access.clientId) {
      leaves.push(`Owns ${it}, which Signoff is: choose who owns it, and change that in the Entra admin center.`);
      continue;
    }
    const secrets = stillGood(one, clock);
    if (secrets > 0)
      leaves.push(
        `They may have seen ${secrets === 1 ? 'the secret' : `the ${secrets} secrets`} of ${it}: make new ones by hand.`,
      );
    const owners = (await ownersOf(context, one)).filter((id) => id !== subject.id);
    if (owners.length === 0 && successor === null) {
      leaves.push(`Owns ${it} alone: choose a successor, or find it another owner.`);
      continue;
    }
    const { id, kind, name } = one;
    apps.push({
      id,
      kind,
      name,
      alone: owners.length === 0,
      successorOwned: owners.includes(successor?.id ?? ''),
    });
  }
  return { apps, leaves };
}

const stillGood = ({ passwordCredentials }: OwnedObject, clock: Clock): number =>
  (passwordCredentials ?? []).filter(
    ({ endDateTime }) => endDateTime == null || Date.parse(endDateTime) > clock.now().getTime(),
  ).length;

/** People only: an app as owner is no one to turn to. */
async function ownersOf({ graph }: ReadContext, { id, kind }: App): Promise<string[]> {
  return (await listOfType(graph, 'user', `/${kinds[kind]}${path`/${id}/owners?$select=id`}`, object)).map(
    (one) => one.id,
  );
}
