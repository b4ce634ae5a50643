import { z } from 'zod';
import { unlessDenied } from '../graph/failure.ts';
import type { GraphReader } from '../graph/graph.ts';
import { path } from '../graph/path.ts';
import { isMicrosoft } from './microsoft.ts';

const organization = z.object({
  id: z.string().toLowerCase(),
  displayName: z.string().nullish(),
  verifiedDomains: z.array(z.object({ name: z.string().toLowerCase(), isInitial: z.boolean().nullish() })),
  technicalNotificationMails: z.array(z.string()).nullish(),
  marketingNotificationEmails: z.array(z.string()).nullish(),
  securityComplianceNotificationMails: z.array(z.string()).nullish(),
  privacyProfile: z.object({ contactEmail: z.string().nullish() }).nullish(),
});

/** One's own organization, as it says of itself. */
export type Own = z.output<typeof organization>;

const outsider = z.object({
  id: z.string().toLowerCase(),
  displayName: z.string().nullish(),
  mail: z.string().nullish(),
  userPrincipalName: z.string(),
  userType: z.string().nullish(),
  accountEnabled: z.boolean().nullish(),
  externalUserState: z.string().nullish(),
});
const withSignIn = outsider.extend({
  signInActivity: z
    .object({ lastSignInDateTime: z.string().nullish(), lastNonInteractiveSignInDateTime: z.string().nullish() })
    .nullish(),
});

/** Somebody with an account elsewhere, or a guest. `signIn` is undefined where it may not be seen. */
export interface Outsider {
  id: string;
  name: string;
  /** Of their home, as their address tells; null where there is none. */
  domain: string | null;
  isGuest: boolean;
  isEnabled: boolean;
  isPending: boolean;
  lastSignIn: string | null | undefined;
}

const servicePrincipal = z.object({
  id: z.string().toLowerCase(),
  appId: z.string().toLowerCase(),
  displayName: z.string().nullish(),
  accountEnabled: z.boolean().nullish(),
  appOwnerOrganizationId: z.string().toLowerCase().nullish(),
});

/** An app that another organization than one's own and Microsoft publishes. */
export interface ForeignApp {
  id: string;
  appId: string;
  name: string;
  isEnabled: boolean;
  tenantId: string;
}

/** What one look at everything reads with; what several signals need is read once. */
export class Sight {
  readonly graph: GraphReader;
  readonly own: Own;
  #people: Promise<Outsider[]> | undefined;
  #apps: Promise<ForeignApp[]> | undefined;

  private constructor(graph: GraphReader, own: Own) {
    this.graph = graph;
    this.own = own;
  }

  /** @throws when one's own organization can't be read: nothing could be told from it */
  static async begin(graph: GraphReader): Promise<Sight> {
    const select = `?$select=${Object.keys(organization.shape).join(',')}`;
    const [own] = await graph.list(`/organization${select}`, organization);
    if (own === undefined) throw new Error('Graph shows no organization');
    return new Sight(graph, own);
  }

  people(): Promise<Outsider[]> {
    this.#people ??= readOutsiders(this.graph, this.own);
    return this.#people;
  }

  apps(): Promise<ForeignApp[]> {
    this.#apps ??= readApps(this.graph, this.own);
    return this.#apps;
  }
}

async function readOutsiders(graph: GraphReader, own: Own): Promise<Outsider[]> {
  const initial = own.verifiedDomains.find(({ isInitial }) => isInitial)?.name ?? '';
  const filter = `userType eq 'Guest' or endsWith(userPrincipalName,'#EXT#@${initial}')`;
  const list = <T>(schema: z.ZodObject<z.ZodRawShape> & z.ZodType<T>) =>
    graph.list(
      path`/users?$filter=${filter}&$select=${Object.keys(schema.shape).join(',')}&$count=true&$top=${999}`,
      schema,
      { eventual: true },
    );
  const seen = await unlessDenied(() => list<z.output<typeof withSignIn>>(withSignIn));
  if (seen !== null) return seen.map((one) => toOutsider(one, lastOf(one.signInActivity)));
  return (await list<z.output<typeof outsider>>(outsider)).map((one) => toOutsider(one, undefined));
}

const lastOf = (activity: z.output<typeof withSignIn>['signInActivity']): string | null =>
  [activity?.lastSignInDateTime, activity?.lastNonInteractiveSignInDateTime]
    .flatMap((at) => at ?? [])
    .sort()
    .at(-1) ?? null;

const toOutsider = (one: z.output<typeof outsider>, lastSignIn: string | null | undefined): Outsider => ({
  id: one.id,
  name: one.displayName ?? one.userPrincipalName,
  domain: homeDomain(one),
  isGuest: one.userType === 'Guest',
  isEnabled: one.accountEnabled !== false,
  isPending: one.externalUserState === 'PendingAcceptance',
  lastSignIn,
});

/** No property names the home: the address does, or else what stands before #EXT# in the name. */
export function homeDomain({
  mail,
  userPrincipalName,
}: {
  mail?: string | null | undefined;
  userPrincipalName: string;
}) {
  const [, ofMail] = mail?.split('@') ?? [];
  const [, ofName] = /_([^_]+)#EXT#@/i.exec(userPrincipalName) ?? [];
  return (ofMail ?? ofName)?.toLowerCase() ?? null;
}

async function readApps(graph: GraphReader, own: Own): Promise<ForeignApp[]> {
  const select = Object.keys(servicePrincipal.shape).join(',');
  const all = await graph.list(`/servicePrincipals?$select=${select}&$top=999`, servicePrincipal);
  return all.flatMap(({ id, appId, displayName, accountEnabled, appOwnerOrganizationId: tenantId }) =>
    !tenantId || tenantId === own.id || isMicrosoft(tenantId)
      ? []
      : [{ id, appId, name: displayName ?? appId, isEnabled: accountEnabled !== false, tenantId }],
  );
}
