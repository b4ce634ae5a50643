import { z } from 'zod';
import { days } from '../clock.ts';
import { directoryRole } from '../graph/access.ts';
import { isMissing } from '../graph/failure.ts';
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
  signInActivity: z.object({ lastSignInDateTime: z.string().nullish() }).nullish(),
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
  before: z.object({}),
  cannotSkip:
    'Nobody can leave this out: without two Global Administrators of your own, removing a partner may lock you out. Once they have signed in, press Done.',

  async preview(context) {
    const { good, known } = await ownAdministrators(context);
    if (good.length >= needed) return { notNeeded: provedWords(good) };
    return {
      byHand: `It takes two Global Administrators of your own who can get in without ${context.subject.displayName}.`,
      ...(!known && { unseen: true }),
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
        'Open Global Administrator, and see who holds it.',
        `Two of them must be yours: enabled, made in the cloud (not synchronized), with no mail or other address of ${displayName}.`,
        'Have both sign in once, with passwords and phones that only you have; the break-glass account is one of them.',
      ],
      command: null,
    };
  },
  async verifyByHand(context) {
    const { good, lacking, known } = await ownAdministrators(context);
    if (good.length >= needed) return { proved: provedWords(good) };
    return known ? { notYet: [`Found ${good.length} of 2.`, ...lacking].join(' ') } : null;
  },
  // It only looked.
  async undo() {},
});

const provedWords = (names: readonly string[]): string => `Of your own: ${names.join(', ')}.`;

async function ownAdministrators(context: ReadContext) {
  const { graph, subject, clock } = context;
  const filter = `roleDefinitionId eq ${quoted(directoryRole.globalAdministrator)}`;
  const rows = await graph.list(path`/roleManagement/directory/roleAssignments?$filter=${filter}`, holder);
  const people = (await Promise.all(rows.map(({ principalId }) => readAdministrators(context, principalId)))).flat();
  const known = people.every(({ signInActivity }) => signInActivity !== undefined);
  const now = clock.now().getTime();
  const judged = people.map((one) => {
    const addresses = [one.userPrincipalName, one.mail ?? '', ...(one.otherMails ?? [])];
    const lastly = one.signInActivity?.lastSignInDateTime;
    const isTheirs = addresses.some((each) =>
      subject.domains.some((domain) => each.toLowerCase().endsWith(`@${domain}`)),
    );
    const why = [
      one.accountEnabled === false ? 'is blocked' : '',
      one.onPremisesSyncEnabled ? 'comes from the on-premises directory' : '',
      /#EXT#/i.test(one.userPrincipalName) ? 'has their account elsewhere' : '',
      isTheirs || subject.accounts.includes(one.id) ? `has an address of ${subject.displayName}` : '',
      !lastly || now - Date.parse(lastly) > latelyMs ? 'has not signed in for 90 days' : '',
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
    known,
  };
}

/** The holder, or who is in it where it is a group; a service principal is nobody who could let others in. */
async function readAdministrators({ graph }: ReadContext, id: string) {
  const select = Object.keys(withSignIn.shape).join(',');
  const person = await graph.find(path`/users/${id}?$select=${select}`, withSignIn);
  if (person !== null) return [person];
  try {
    return await graph.list(path`/groups/${id}/transitiveMembers/microsoft.graph.user?$select=${select}`, withSignIn);
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}
