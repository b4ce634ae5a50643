import { z } from 'zod';
import { powerShell } from '../exchange/exchange.ts';
import { path } from '../graph/path.ts';
import { sendsTo } from '../people/autoReply.ts';
import { isDeleted } from '../people/endState.ts';
import { noMailbox } from '../people/missingMailbox.ts';
import { exchangeMailboxes, who } from '../people/places.ts';
import { definePersonStep } from '../people/step.ts';

const dateTime = z.object({ dateTime: z.string(), timeZone: z.string() });
const replies = z.object({
  status: z.string(),
  externalAudience: z.string().nullish(),
  internalReplyMessage: z.string().nullish(),
  externalReplyMessage: z.string().nullish(),
  scheduledStartDateTime: dateTime.nullish(),
  scheduledEndDateTime: dateTime.nullish(),
});
const settings = z.object({ automaticRepliesSetting: replies });
const mailbox = (id: string) => path`/users/${id}/mailboxSettings`;

const untilDeleted = ' until the account is deleted';

/** People who still write hear where to turn. */
export const setAutoReply = definePersonStep({
  id: 'set-auto-reply',
  title: 'Set automatic reply',
  endsWithSubject: true,
  lasting: true,
  does: 'Answers each sender once with the text from the plan card, inside and outside the organization.',
  permissions: ['MailboxSettings.ReadWrite', 'User.Read.All'],
  before: settings.extend({ text: z.string(), ends: z.boolean().default(false) }),

  appliesTo(_subject, { autoReply }) {
    return autoReply === '' ? { notNeeded: 'No automatic reply was asked for.' } : null;
  },
  async preview(context) {
    const { autoReply: text } = context.options;
    const found = await context.graph.find(mailbox(context.subject.id), settings);
    if (found === null) return noMailbox;
    if (isSet(found, text)) return { notNeeded: 'This automatic reply is already set.' };
    const was = found.automaticRepliesSetting.status === 'disabled' ? 'off' : 'on, with another text';
    const ends = isDeleted(context.options);
    const says = `Automatic reply: ${was} → on${ends ? untilDeleted : ''}: “${text}”`;
    return { before: { ...found, text, ends }, changes: [{ says, touches: [context.subject.id] }] };
  },
  receiver: ({ text }, { successor }) => (successor !== null && sendsTo(text, successor) ? successor : null),
  async run({ subject, graph }, { text }) {
    const message = asHtml(text);
    await graph.patch(mailbox(subject.id), {
      automaticRepliesSetting: {
        status: 'alwaysEnabled',
        externalAudience: 'all',
        internalReplyMessage: message,
        externalReplyMessage: message,
      },
    });
  },
  async verify({ subject, graph }, { text, ends }) {
    const now = await graph.read(mailbox(subject.id), settings);
    return isSet(now, text)
      ? { proved: `The automatic reply is on${ends ? untilDeleted : ''}.` }
      : { notYet: 'The automatic reply is not on yet.' };
  },
  byHand(subject, { autoReply }) {
    const parameters = {
      Identity: subject.userPrincipalName,
      AutoReplyState: 'Enabled',
      ExternalAudience: 'All',
      InternalMessage: asHtml(autoReply),
      ExternalMessage: asHtml(autoReply),
    };
    return {
      who: who.exchangeAdmin,
      ...exchangeMailboxes,
      clicks: [
        `Open the mailbox of ${subject.displayName}.`,
        'Others, Manage automatic replies.',
        'Turn them on, inside and outside, with the text of the plan.',
      ],
      command: powerShell('Set-MailboxAutoReplyConfiguration', parameters),
    };
  },
  async undo({ subject, graph }, { automaticRepliesSetting }) {
    await graph.patch(mailbox(subject.id), { automaticRepliesSetting });
  },
});

function isSet({ automaticRepliesSetting: now }: z.output<typeof settings>, text: string): boolean {
  const same = (message: string | null | undefined) => plain(message ?? '') === plain(asHtml(text));
  return (
    now.status === 'alwaysEnabled' &&
    now.externalAudience === 'all' &&
    same(now.internalReplyMessage) &&
    same(now.externalReplyMessage)
  );
}

const asHtml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('\n', '<br>');

/** Exchange wraps what it is given in a page of its own and writes some characters as entities: only the words are compared. */
function plain(html: string): string {
  return html
    .replace(/<[^>]*>/g, ' ')
    .replace(/&(#\d{1,6}|#x[0-9a-f]{1,5}|[a-z]+);/gi, (entity, name: string) => characterOf(name) ?? entity)
    .replace(/\s+/g, ' ')
    .trim();
}

const named: ReadonlyMap<string, string> = new Map(
  Object.entries({ amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ' }),
);

function characterOf(entity: string): string | undefined {
  if (!entity.startsWith('#')) return named.get(entity);
  return String.fromCodePoint(Number(entity.slice(1).replace(/^x/i, '0x')));
}
