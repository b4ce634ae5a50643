import { z } from 'zod';
import { cameLater } from '../engine/cameLater.ts';
import { AppError } from '../errors.ts';
import { GraphFailure, isMissing } from '../graph/failure.ts';
import { path } from '../graph/path.ts';
import { entraUser, who } from '../people/places.ts';
import { definePersonStep, type ReadContext } from '../people/step.ts';

/** Graph's types of sign-in method in v1.0: where each is deleted and what people call it. */
const kinds: Record<string, { segment: string; name: string }> = {
  phoneAuthenticationMethod: { segment: 'phoneMethods', name: 'Phone number' },
  microsoftAuthenticatorAuthenticationMethod: {
    segment: 'microsoftAuthenticatorMethods',
    name: 'Microsoft Authenticator',
  },
  fido2AuthenticationMethod: { segment: 'fido2Methods', name: 'Passkey or security key' },
  softwareOathAuthenticationMethod: { segment: 'softwareOathMethods', name: 'Authenticator code' },
  emailAuthenticationMethod: { segment: 'emailMethods', name: 'E-mail address' },
  windowsHelloForBusinessAuthenticationMethod: { segment: 'windowsHelloForBusinessMethods', name: 'Windows Hello' },
  temporaryAccessPassAuthenticationMethod: { segment: 'temporaryAccessPassMethods', name: 'Temporary Access Pass' },
  platformCredentialAuthenticationMethod: { segment: 'platformCredentialMethods', name: 'Platform credential' },
  externalAuthenticationMethod: { segment: 'externalAuthenticationMethods', name: 'External method' },
};

/** Not in v1.0 of Microsoft Graph. */
const unseen = ' Hardware tokens and QR codes don’t show: look in the Entra admin center.';

const listed = z.object({
  '@odata.type': z.string(),
  id: z.string(),
  displayName: z.string().nullish(),
  model: z.string().nullish(),
  phoneType: z.string().nullish(),
});
const method = z.object({ id: z.string(), segment: z.string(), name: z.string() });
type Method = z.output<typeof method>;

/** No sign-in method is to be left that could bring a password back or open the account when it is used again. */
export const removeSignInMethods = definePersonStep({
  id: 'remove-sign-in-methods',
  title: 'Remove sign-in methods',
  endsWithSubject: true,
  does: 'Removes phones, authenticator apps, passkeys and the like, the default one last.',
  permissions: ['UserAuthenticationMethod.ReadWrite.All'],
  notIn: ['china'],
  directoryRole: 'for privileged subjects',
  before: z.object({ methods: z.array(method) }),

  appliesTo({ external }) {
    return external
      ? { notNeeded: 'Their account lives in another organization, and so do its sign-in methods.' }
      : null;
  },
  async preview(context) {
    const { removable, others } = await readMethods(context);
    const leaves = others.map((name) => `${name}: Microsoft Graph can’t remove it; do it in the Entra admin center.`);
    if (removable.length === 0)
      return { notNeeded: `There are no sign-in methods besides the password that could be removed.${unseen}`, leaves };
    return {
      before: { methods: removable },
      changes: removable.map(({ id, name }) => ({ says: `${name}: removed`, touches: [id] })),
      leaves,
    };
  },
  async run(context, { methods }) {
    const found = await readMethods(context);
    let left = found.removable.filter(isAmong(methods));
    // Some can't go before others (the default one; a phone with an alternate number), and Graph does not say which.
    while (left.length > 0) {
      const refused: Method[] = [];
      let refusal: GraphFailure | undefined;
      for (const one of left) {
        try {
          await remove(one);
        } catch (error) {
          if (!(error instanceof GraphFailure && error.kind === 'refused')) throw error;
          refused.push(one);
          refusal = error;
        }
      }
      if (refusal !== undefined && refused.length === left.length) {
        const later = found.removable.filter((one) => !isAmong(methods)(one)).map(({ name }) => name);
        throw heldBy(refused, { others: found.others, later }, refusal);
      }
      left = refused;
    }

    async function remove({ segment, id }: Method): Promise<void> {
      try {
        await context.graph.delete(`${path`/users/${context.subject.id}/authentication/`}${segment}${path`/${id}`}`);
      } catch (error) {
        if (!isMissing(error)) throw error;
      }
    }
  },
  async verify(context, { methods }) {
    const { removable, others } = await readMethods(context);
    const left = removable.filter(isAmong(methods));
    if (left.length > 0) return { notYet: `Still there: ${left.map(({ name }) => name).join(', ')}.` };
    if (removable.length + others.length === 0) return { proved: `Nothing is left besides the password.${unseen}` };
    const done =
      methods.length === 1 ? '1 sign-in method was removed.' : `${methods.length} sign-in methods were removed.`;
    return { proved: `${done}${cameLater(removable.length, 'sign-in method')}` };
  },
  byHand(subject) {
    return {
      who: who.authAdmin,
      ...entraUser(subject),
      clicks: ['Authentication methods.', 'Delete each method, the default one last.'],
      command: null,
    };
  },
  cannotUndo: 'Sign-in methods can’t be put back: the person registers them again.',
});

const isAmong =
  (methods: Method[]) =>
  ({ id }: Method): boolean =>
    methods.some((one) => one.id === id);

/** Why none of those that are left can go: Graph's own words, where nothing else is there that could hold them. */
function heldBy(
  refused: Method[],
  { others, later }: { others: string[]; later: string[] },
  cause: GraphFailure,
): Error {
  const holders = [...others, ...later];
  if (holders.length === 0) return cause;
  const why = [
    others.length > 0 ? 'Microsoft Graph can’t remove' : '',
    later.length > 0 ? 'nobody agreed to remove' : '',
  ].filter(Boolean);
  return new AppError(
    'held-by-others',
    `${refused.map(({ name }) => name).join(', ')} can’t go before ${holders.join(', ')}, which ${why.join(' or ')}. Remove ${holders.length === 1 ? 'it' : 'them'} in the Entra admin center, then retry.`,
    { cause },
  );
}

async function readMethods({ subject, graph }: ReadContext): Promise<{ removable: Method[]; others: string[] }> {
  const found = await graph.list(path`/users/${subject.id}/authentication/methods`, listed);
  const removable: Method[] = [];
  const others: string[] = [];
  for (const one of found) {
    const type = one['@odata.type'].replace('#microsoft.graph.', '');
    const kind = kinds[type];
    const detail = one.displayName ?? one.model ?? one.phoneType;
    if (kind !== undefined)
      removable.push({ id: one.id, segment: kind.segment, name: detail ? `${kind.name} (${detail})` : kind.name });
    else if (type !== 'passwordAuthenticationMethod') others.push(type.replace(/AuthenticationMethod$/, ''));
  }
  return { removable: removable.sort((a, b) => a.id.localeCompare(b.id)), others };
}
