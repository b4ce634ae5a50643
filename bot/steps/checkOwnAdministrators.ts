import { z } from 'zod';
import { days } from '../clock.ts';
import { directoryRole } from '../graph/access.ts';
import { listOfType } from '../graph/directoryObjects.ts';
import { isMissing, unlessDenied } from '../graph/failure.ts';
import type { GraphReader } from '../graph/graph.ts';
import { path, quoted } from '../graph/path.ts';
import { entraRoles, who } from '../partners/places.ts';
import { definePartnerStep, type ReadContext } from '../partners/step.ts';

const holder = z.object({ principalId: z.string() });
const administrator = z.object({
  id: z.string(),
  displayName: z.string().nullish(),
  userPrincipalName: z.string(),
  mail: z.string().nullish(),
  otherMails: z.array(z.string()).nullish(),
  accountEnabled: z.boolean().nullish(),
  onPremisesSyncEnabled: z.boolean().nullish(),
});
const withSignIn = administrator.extend({
  /** A failed attempt is none: the other properties count those, too. */
  signInActivity: z.object({ lastSuccessfulSignInDateTime: z.string().nullish() }).nullish(),
});

const needed = 2;
/** An account that nobody has tried for longer may be one that nobody can use. */
const latelyMs = days(90);

/** Whoever takes a partner out may find that nobody else holds the keys. */
export const checkOwnAdministrators = definePartnerStep({
  id: 'check-own-administrators',
  title: 'Make sure of your own administrators',
  does: 'Looks for two Global Administrators of your own: enabled, cloud-only, without an address of the partner, signed in lately.',
  permissions: ['RoleManagement.Read.Directory', 'AuditLog.Read.All'],
  looksOnly: true,
  before: z.object({}),
  cannotSkip:
    'Nobody can leave this out: without two Global Administrators of your own, removing a partner may lock you out. Once they have signed in, press Done.',

  async preview(context) {
    const { good, known } = await ownAdministrators(context);
    if (known && good.length >= needed) return { notNeeded: provedWords(good) };
    return {
      byHand: `It takes two Global Administrators of your own who can get in without ${context.subject.displayName}.${known ? '' : ' When they signed in last can’t be seen: it takes Microsoft Entra ID P1.'}`,
    };
  },
  async run() {},
  async verify() {
    return { notYet: 'It is people who see to it.' };
  },
  byHand({ displayName }) {
    return {
      who: who.globalAdmin,
      ...entraRoles,
      clicks: [
        'Open Global Administrator, and see who holds it. Who is only eligible activates it first.',
        `Two of them must be yours: enabled, made in the cloud (not synchronized), with no mail or other address of ${displayName}.`,
        'Have both sign in once, with passwords and phones that only you have; the break-glass account is one of them.',
      ],
      command: null,
    };
  },
  async verifyByHand(context) {
    const { good, lacking, known } = await ownAdministrators(context);
    if (good.length < needed) return { notYet: [`Found ${good.length} of 2.`, ...lacking, lateWords].join(' ') };
    // Whether they signed in is somebody's word then, with a note.
    return known ? { proved: provedWords(good) } : null;
  },
  async undo() {},
});

const lateWords = 'A sign-in may show a day later.';
const provedWords = (names: readonly string[]): string => `Of your own: ${names.join(', ')}.`;

async function ownAdministrators(context: ReadContext) {
  const { graph, subject, clock } = context;
  const filter = `roleDefinitionId eq ${quoted(directoryRole.globalAdministrator)}`;
  const rows = await graph.list(path`/roleManagement/directory/roleAssignments?$filter=${filter}`, holder);
  const ids = rows.map(({ principalId }) => principalId);
  // Without Entra ID P1 nobody sees when somebody signed in: the rest is looked at all the same.
  const seen = await unlessDenied(() => readAll(graph, ids, withSignIn));
  const people: z.output<typeof withSignIn>[] = seen ?? (await readAll(graph, ids, administrator));
  const now = clock.now().getTime();
  const judged = people.map((one) => {
    const addresses = [one.userPrincipalName, one.mail ?? '', ...(one.otherMails ?? [])];
    const lastly = one.signInActivity?.lastSuccessfulSignInDateTime;
    const isTheirs = addresses.some((each) =>
      subject.domains.some((domain) => each.toLowerCase().endsWith(`@${domain}`)),
    );
    const why = [
      one.accountEnabled === false ? 'is blocked' : '',
      one.onPremisesSyncEnabled ? 'comes from the on-premises directory' : '',
      /#EXT#/i.test(one.userPrincipalName) ? 'has their account elsewhere' : '',
      isTheirs || subject.accounts.includes(one.id) ? `has an address of ${subject.displayName}` : '',
      seen !== null && (!lastly || now - Date.parse(lastly) > latelyMs) ? 'has not signed in for 90 days' : '',
    ].filter(Boolean);
    return { name: one.displayName ?? one.userPrincipalName, why };
  });
  return {
    good: judged
      .filter(({ why }) => why.length === 0)
      .map(({ name }) => name)
      .sort(),
    lacking: judged
      .filter(({ why }) => why.length > 0)
      .map(({ name, why }) => `${name} ${why.join(' and ')}.`)
      .sort(),
    known: seen !== null,
  };
}

async function readAll<T>(
  graph: GraphReader,
  ids: readonly string[],
  schema: z.ZodObject<z.ZodRawShape> & z.ZodType<T>,
): Promise<T[]> {
  return (await Promise.all(ids.map((id) => readHolder(graph, id, schema)))).flat();
}

/** The holder, or who is in it where it is a group; a service principal is nobody who could let others in. */
async function readHolder<T>(
  graph: GraphReader,
  id: string,
  schema: z.ZodObject<z.ZodRawShape> & z.ZodType<T>,
): Promise<T[]> {
  const select = Object.keys(schema.shape).join(',');
  const person = await graph.find(path`/users/${id}?$select=${select}`, schema);
  if (person !== null) return [person];
  try {
    return await listOfType<T>(graph, 'user', path`/groups/${id}/transitiveMembers?$select=${select}`, schema);
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}
