import { z } from 'zod';
import { AppError } from '../errors.ts';
import { path } from '../graph/path.ts';
import { organizationProfile, who } from '../partners/places.ts';
import { definePartnerStep, type ReadContext } from '../partners/step.ts';

const lists = {
  technicalNotificationMails: 'technical notifications',
  marketingNotificationEmails: 'marketing notifications',
  securityComplianceNotificationMails: 'security notifications',
} as const;
type List = keyof typeof lists;
const names = Object.keys(lists) as List[];

const mails = z.array(z.string()).nullish();
const organization = z.object({
  id: z.string(),
  technicalNotificationMails: mails,
  marketingNotificationEmails: mails,
  securityComplianceNotificationMails: mails,
  privacyProfile: z.object({ contactEmail: z.string().nullish() }).nullish(),
});
const before = z.object({
  organizationId: z.string(),
  /** Each list with the partner’s addresses in it, as it was. */
  lists: z.array(z.object({ name: z.enum(names), all: z.array(z.string()), theirs: z.array(z.string()) })),
});

/** Whoever is written to when something is wrong must be somebody of ours: a list is never left empty. */
export const removePartnerContacts = definePartnerStep({
  id: 'remove-partner-contacts',
  title: 'Remove their contact addresses',
  does: 'Takes the partner’s addresses out of the organization’s contacts, but never the last one of a list.',
  permissions: ['Organization.ReadWrite.All'],
  before,

  async preview(context) {
    const { organizationId, found, privacy } = await contactsOf(context);
    const removable = found.filter(({ all, theirs }) => all.length > theirs.length);
    const alone = found.filter(({ all, theirs }) => all.length === theirs.length);
    const leaves = [
      ...alone.map(
        ({ name, theirs }) =>
          `Nobody but ${theirs.join(', ')} gets ${lists[name]}: enter an address of yours in the Microsoft 365 admin center, then take theirs out.`,
      ),
      ...(privacy === null
        ? []
        : [`Questions of privacy go to ${privacy}: enter an address of yours in the Microsoft 365 admin center.`]),
    ];
    if (removable.length === 0) return { notNeeded: 'No address of theirs can be taken out of the contacts.', leaves };
    return {
      before: { organizationId, lists: removable },
      changes: removable.flatMap(({ name, theirs }) =>
        theirs.map((mail) => ({ says: `${mail}: gets ${lists[name]} → no longer`, touches: [`${name} ${mail}`] })),
      ),
      leaves,
    };
  },
  async run(context, { organizationId, lists: noted }) {
    const { found } = await contactsOf(context);
    for (const { name, theirs } of noted) {
      const now = found.find((one) => one.name === name);
      if (now === undefined) continue;
      const left = now.all.filter((mail) => !theirs.includes(mail));
      if (left.length === 0)
        throw new AppError(
          'held-by-others',
          `Nobody but the partner is left for ${lists[name]}. Enter an address of yours in the Microsoft 365 admin center, then retry.`,
        );
      // One list a call, each replaced whole.
      await context.graph.patch(path`/organization/${organizationId}`, { [name]: left });
    }
  },
  async verify(context, { lists: noted }) {
    const { found } = await contactsOf(context);
    const left = noted.flatMap(({ name, theirs }) =>
      theirs.filter((mail) => found.some((now) => now.name === name && now.theirs.includes(mail))),
    );
    if (left.length > 0) return { notYet: `Still there: ${left.join(', ')}.` };
    const count = noted.reduce((sum, { theirs }) => sum + theirs.length, 0);
    return { proved: count === 1 ? '1 address was taken out.' : `${count} addresses were taken out.` };
  },
  byHand: ({ displayName, domains }) => ({
    who: who.globalAdmin,
    ...organizationProfile,
    clicks: [
      'Organization information: see the technical, security and privacy contacts.',
      `Replace each address of ${displayName} (${domains.join(', ') || 'no address is known'}) by one of yours. Save.`,
    ],
    command: null,
  }),
  async undo(context, { organizationId, lists: noted }) {
    const { now } = await contactsOf(context);
    for (const { name, all, theirs } of noted) {
      const there = now[name] ?? [];
      const missing = theirs.filter((mail) => !there.includes(mail));
      if (missing.length === 0) continue;
      // In their old order, with whatever was entered since behind it.
      const restored = [
        ...all.filter((mail) => there.includes(mail) || missing.includes(mail)),
        ...there.filter((mail) => !all.includes(mail)),
      ];
      await context.graph.patch(path`/organization/${organizationId}`, { [name]: restored });
    }
  },
});

async function contactsOf({ graph, subject }: ReadContext) {
  const [now] = await graph.list(`/organization?$select=${Object.keys(organization.shape).join(',')}`, organization);
  if (now === undefined) throw new Error('Graph shows no organization');
  const isTheirs = (mail: string) => subject.domains.some((domain) => mail.toLowerCase().endsWith(`@${domain}`));
  const found = names.flatMap((name) => {
    const all = now[name] ?? [];
    const theirs = all.filter(isTheirs);
    return theirs.length === 0 ? [] : [{ name, all, theirs }];
  });
  const privacy = now.privacyProfile?.contactEmail ?? null;
  return { organizationId: now.id, now, found, privacy: privacy !== null && isTheirs(privacy) ? privacy : null };
}
