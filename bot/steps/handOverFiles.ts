import { z } from 'zod';
import { together } from '../errors.ts';
import { GraphFailure, isMissing } from '../graph/failure.ts';
import { path } from '../graph/path.ts';
import { isDeleted } from '../people/endState.ts';
import { personSchema } from '../people/person.ts';
import { adminCenterUser, who } from '../people/places.ts';
import { definePersonStep, type ReadContext } from '../people/step.ts';

const drive = z.object({
  id: z.string(),
  webUrl: z.string(),
  quota: z.object({ used: z.number().nullish() }).nullish(),
});
const root = z.object({ id: z.string() });
const permission = z.object({
  id: z.string(),
  roles: z.array(z.string()),
  grantedToV2: z.object({ user: z.object({ id: z.string().nullish() }).nullish() }).nullish(),
  inheritedFrom: z.unknown().optional(),
});
const before = z.object({
  driveId: z.string(),
  rootId: z.string(),
  webUrl: z.string(),
  successor: personSchema.pick({ id: true, displayName: true }),
  /** How long it is kept, as the plan says. */
  kept: z.string().default(''),
});
const retention = z.object({ deletedUserPersonalSiteRetentionPeriodInDays: z.number() });
const mayReadRetention = 'SharePointTenantSettings.Read.All';

/** A right on the top folder does not reach what was ever shared by itself. Signoff does not look which items these are. */
const ownRights = (successor: string): string =>
  `Items that were shared by themselves have rights of their own, and may stay closed to ${successor}. A SharePoint Administrator opens them: SharePoint admin center, More features, User profiles, Manage site collection owners.`;
/** Links are no list that one could end: they hang on each item, and to take them away can't be undone. */
const sharing =
  'Whoever files were shared with, by name or by link, still reaches them. To end it for people outside the organization: Microsoft 365 admin center, the person, OneDrive, Manage external sharing.';

/** The successor finds the files where they are; nothing is copied or moved. */
export const handOverFiles = definePersonStep({
  id: 'hand-over-files',
  title: 'Hand over files',
  lasting: true,
  does: 'Lets the successor edit the person’s OneDrive, and says how long it is kept and who else reaches it.',
  permissions: ['Files.ReadWrite.All', 'User.Read.All'],
  before,

  async preview(context) {
    const { successor } = context.options;
    const [files, top] = await together([driveOf(context), topFolderOf(context)]);
    if (files === null || top === null) return { notNeeded: 'There is no OneDrive.' };
    const kept = await keptFor(context);
    if (successor === null)
      return {
        notNeeded: 'Nobody was chosen as successor.',
        leaves: [sharing],
        warns: [`Nobody gets the OneDrive${sizeOf(files)}. ${kept}`],
      };
    const { id, displayName } = successor;
    const before = { driveId: files.id, rootId: top.id, webUrl: files.webUrl, successor: { id, displayName }, kept };
    const leaves = [ownRights(displayName), sharing];
    if ((await grantOf(context, before)) !== null)
      return { notNeeded: `${displayName} already may edit the OneDrive (${files.webUrl}).`, leaves };
    return {
      before,
      changes: [
        {
          says: `OneDrive${sizeOf(files)}: ${displayName} may edit it. ${kept}`,
          touches: [files.id, successor.id],
          binds: kept,
        },
      ],
      leaves,
    };
  },
  receiver: ({ successor }) => successor,
  async run({ graph }, { driveId, rootId, successor }) {
    await graph.post(path`/drives/${driveId}/items/${rootId}/invite`, {
      recipients: [{ objectId: successor.id }],
      roles: ['write'],
      requireSignIn: true,
      sendInvitation: false,
    });
  },
  async verify(context, before) {
    if ((await grantOf(context, before)) === null)
      return { notYet: 'The successor is not among those who may edit yet.' };
    return {
      proved: `${before.successor.displayName} may edit the OneDrive (${before.webUrl}). ${before.kept}`.trim(),
    };
  },
  byHand(subject, { successor }) {
    return {
      who: who.sharePointAdmin,
      ...adminCenterUser(subject),
      clicks: [
        'OneDrive: Create link to files.',
        `Open the link; share the top folder with ${successor?.displayName ?? 'the successor'}, with the right to edit.`,
      ],
      command: null,
    };
  },
  async undo(context, before) {
    const grant = await grantOf(context, before);
    if (grant === null) return;
    try {
      await context.graph.delete(path`/drives/${before.driveId}/items/${before.rootId}/permissions/${grant}`);
    } catch (error) {
      if (!isMissing(error)) throw error;
    }
  },
});

const sizeOf = ({ quota }: z.output<typeof drive>): string =>
  quota?.used == null ? '' : ` (${(quota.used / 1024 ** 3).toFixed(1)} GB)`;

/** @returns null where there is none, also because the organization has no SharePoint at all */
const driveOf = ({ graph, subject }: ReadContext): Promise<z.output<typeof drive> | null> =>
  ofOneDrive(() => graph.find(path`/users/${subject.id}/drive?$select=id,webUrl,quota`, drive));
const topFolderOf = ({ graph, subject }: ReadContext): Promise<z.output<typeof root> | null> =>
  ofOneDrive(() => graph.find(path`/users/${subject.id}/drive/root?$select=id`, root));

async function ofOneDrive<T>(read: () => Promise<T | null>): Promise<T | null> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof GraphFailure && /does not have a SPO license/i.test(error.text)) return null;
    throw error;
  }
}

async function grantOf(
  { graph }: ReadContext,
  { driveId, rootId, successor }: z.output<typeof before>,
): Promise<string | null> {
  const permissions = await graph.list(path`/drives/${driveId}/items/${rootId}/permissions`, permission);
  const found = permissions.find(
    ({ roles, grantedToV2 }) =>
      grantedToV2?.user?.id === successor.id && roles.some((role) => role === 'write' || role === 'owner'),
  );
  return found?.id ?? null;
}

/**
 * learn.microsoft.com/sharepoint/unlicensed-onedrive-accounts: counted from the removal of the license, rolled out step by step.
 * Plans for education, GCC and DoD are exempt, and a license that stays for the mailbox may have OneDrive in it.
 */
const unlicensed = 'Without a license it is read-only from day 60 and archived from day 93.';

async function keptFor({ options, access, graph }: ReadContext): Promise<string> {
  if (!isDeleted(options)) return unlicensed;
  if (!access.permissions.has(mayReadRetention))
    return 'It is kept for a while after the account is deleted: 30 days unless your organization set another time.';
  const { deletedUserPersonalSiteRetentionPeriodInDays: days } = await graph.read(
    '/admin/sharepoint/settings',
    retention,
  );
  return `It is kept for ${days} days after the account is deleted.`;
}
