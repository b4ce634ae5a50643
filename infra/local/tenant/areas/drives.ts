import { z } from 'zod';
import type { Drive } from '../deviceSchema.ts';
import { derivedId, findUser } from '../directory.ts';
import { badRequest, GraphError } from '../errors.ts';
import { collection, entity, pick } from '../odata/answer.ts';
import type { Resource } from '../odata/resource.ts';
import type { Call, Reply, Route } from '../route.ts';
import type { TenantData, User } from '../seedSchema.ts';

/** OneDrive: size, and who has been given the whole of it. Files themselves are not modeled. */
const itemNotFound = () => new GraphError(404, 'itemNotFound', 'The resource could not be found.');

/** A drive outlives its owner's account. */
const ownerOf = (data: TenantData, drive: Drive): User | undefined =>
  [...data.users, ...data.deletedUsers.map((deleted) => deleted.user)].find((user) => user.id === drive.ownerId);

function siteOf(data: TenantData, drive: Drive): string {
  const initial = data.organization.verifiedDomains.find((domain) => domain.isInitial)?.name.split('.')[0] ?? 'tenant';
  const name = (ownerOf(data, drive)?.userPrincipalName ?? drive.ownerId).replace(/^[0-9a-f]{32}(?=.*@)/, '');
  return `https://${initial}-my.sharepoint.com/personal/${name.toLowerCase().replace(/[^a-z0-9]/g, '_')}`;
}

const identityOf = (data: TenantData, drive: Drive) => ({
  user: { id: drive.ownerId, displayName: ownerOf(data, drive)?.displayName ?? '' },
});

function driveResource(data: TenantData, drive: Drive): Resource {
  const { usedBytes: used, totalBytes: total, deletedBytes: deleted } = drive;
  const share = used / total;
  return {
    id: drive.id,
    name: 'OneDrive',
    description: '',
    driveType: 'business',
    webUrl: `${siteOf(data, drive)}/Documents`,
    createdDateTime: drive.createdDateTime,
    lastModifiedDateTime: drive.lastModifiedDateTime,
    owner: identityOf(data, drive),
    quota: {
      deleted,
      remaining: Math.max(0, total - used),
      state: share >= 1 ? 'exceeded' : share > 0.9 ? 'nearing' : 'normal',
      total,
      used,
    },
    // Shown when selected.
    sharePointIds: {
      siteId: derivedId('site', drive.ownerId),
      siteUrl: siteOf(data, drive),
      tenantId: data.signoff.tenantId,
      webId: derivedId('web', drive.ownerId),
    },
  };
}

const shownOfDrive = [
  'id',
  'name',
  'description',
  'driveType',
  'webUrl',
  'createdDateTime',
  'lastModifiedDateTime',
  'owner',
  'quota',
];

const rootResource = (data: TenantData, drive: Drive): Resource => ({
  id: drive.rootId,
  name: 'root',
  size: drive.usedBytes,
  webUrl: `${siteOf(data, drive)}/Documents`,
  createdDateTime: drive.createdDateTime,
  lastModifiedDateTime: drive.lastModifiedDateTime,
  folder: { childCount: drive.childCount },
  root: {},
  parentReference: { driveId: drive.id, driveType: 'business' },
});

/** OneDrive/onedrive-api-docs #1266 */
const withoutSharePoint = () => new GraphError(400, 'BadRequest', 'Tenant does not have a SPO license.');

/** Known from public reports: a OneDrive exists once its owner has opened it or an admin has asked for it. */
function driveOf(call: Call): Drive {
  const user = findUser(call.data, call.params.user ?? '');
  if (!call.data.sharePoint.licensed) throw withoutSharePoint();
  const drive = call.data.drives.find((candidate) => candidate.ownerId === user.id);
  if (!drive) throw new GraphError(404, 'ResourceNotFound', "User's mysite not found.");
  return drive;
}

function subject(call: Call): Drive {
  const drive = call.data.drives.find((candidate) => candidate.id === call.params.drive);
  if (!drive || ![drive.rootId, 'root'].includes(call.params.item ?? '')) throw itemNotFound();
  return drive;
}

function grantResource(data: TenantData, grant: { id: string; userId: string; roles: string[] }): Resource {
  const user = data.users.find((candidate) => candidate.id === grant.userId);
  const identity = { id: grant.userId, displayName: user?.displayName ?? '' };
  const loginName = `i:0#.f|membership|${user?.userPrincipalName.toLowerCase() ?? grant.userId}`;
  return {
    id: grant.id,
    roles: grant.roles,
    grantedTo: { user: identity },
    grantedToV2: {
      user: identity,
      siteUser: {
        id: String(Number.parseInt(grant.userId.slice(0, 3), 16)),
        displayName: identity.displayName,
        loginName,
      },
    },
  };
}

const grantId = (loginName: string) =>
  Buffer.from(`i:0#.f|membership|${loginName.toLowerCase()}`).toString('base64url');

const ownersGrant = (data: TenantData, drive: Drive) => ({
  id: grantId(ownerOf(data, drive)?.userPrincipalName ?? drive.ownerId),
  userId: drive.ownerId,
  roles: ['owner'],
});

const invitation = z.strictObject({
  recipients: z
    .array(
      z.strictObject({ email: z.string().optional(), objectId: z.string().optional(), alias: z.string().optional() }),
    )
    .min(1),
  roles: z.array(z.enum(['read', 'write', 'owner'])).min(1),
  requireSignIn: z.boolean().optional(),
  sendInvitation: z.boolean().optional(),
  message: z.string().nullish(),
  retainInheritedPermissions: z.boolean().nullish(),
  expirationDateTime: z.string().nullish(),
});

function invite(call: Call): Reply {
  const drive = subject(call);
  const parsed = invitation.safeParse(call.body);
  if (!parsed.success) throw badRequest('One of the provided arguments is not acceptable.', 'invalidRequest');
  const { recipients, roles } = parsed.data;
  const users = recipients.map(({ email, objectId, alias }) => {
    const names = [email, objectId, alias].flatMap((name) => name?.toLowerCase() ?? []);
    const found = call.data.users.find((user) =>
      [user.id, user.userPrincipalName, user.mail ?? user.id].some((name) => names.includes(name.toLowerCase())),
    );
    if (!found) throw badRequest('The users could not be resolved.', 'noResolvedUsers');
    return found;
  });
  const granted = users.map((user) => {
    const there = drive.grants.find((grant) => grant.userId === user.id);
    if (there) {
      there.roles = roles;
      return there;
    }
    const made = { id: grantId(user.userPrincipalName), userId: user.id, roles };
    drive.grants.push(made);
    return made;
  });
  return {
    status: 200,
    body: {
      '@odata.context': `${call.root}/$metadata#Collection(permission)`,
      value: granted.map((grant) => pick(grantResource(call.data, grant), call.query.select)),
    },
  };
}

export const drives: Route[] = [
  {
    method: 'GET',
    path: '/users/{user}/drive',
    answer: (call) => {
      const drive = driveOf(call);
      return entity(call, driveResource(call.data, drive), { context: 'drives', defaults: shownOfDrive });
    },
  },
  {
    method: 'GET',
    path: '/users/{user}/drive/root',
    answer: (call) => entity(call, rootResource(call.data, driveOf(call)), { context: 'driveItems' }),
  },
  { method: 'POST', path: '/drives/{drive}/items/{item}/invite', answer: invite },
  {
    method: 'GET',
    path: '/drives/{drive}/items/{item}/permissions',
    answer: (call) => {
      const drive = subject(call);
      const grants = [ownersGrant(call.data, drive), ...drive.grants];
      return collection(
        call,
        grants.map((grant) => grantResource(call.data, grant)),
        { context: `drives('${drive.id}')/items('${drive.rootId}')/permissions` },
      );
    },
  },
  {
    method: 'DELETE',
    path: '/drives/{drive}/items/{item}/permissions/{permission}',
    answer: (call) => {
      const drive = subject(call);
      const id = call.params.permission ?? '';
      if (id === ownersGrant(call.data, drive).id)
        throw new GraphError(403, 'accessDenied', "The owner's permission can't be removed.");
      if (!drive.grants.some((grant) => grant.id === id)) throw itemNotFound();
      drive.grants = drive.grants.filter((grant) => grant.id !== id);
      return { status: 204 };
    },
  },
  {
    method: 'GET',
    path: '/admin/sharepoint/settings',
    answer: (call) => {
      const { licensed, ...settings } = call.data.sharePoint;
      if (!licensed) throw withoutSharePoint();
      return entity(
        call,
        { id: 'settings', ...settings },
        { context: 'admin/sharepoint/settings', defaults: Object.keys(settings) },
      );
    },
  },
];
