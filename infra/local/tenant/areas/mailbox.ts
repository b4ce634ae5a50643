import { findUser } from '../directory.ts';
import { badRequest, GraphError } from '../errors.ts';
import { liveMailbox, purposeOf } from '../mailboxes.ts';
import { mailboxSettingsSchema } from '../mailboxSchema.ts';
import { pick, value } from '../odata/answer.ts';
import { isRecord } from '../odata/resource.ts';
import type { Call, Reply, Route } from '../route.ts';
import type { Mailbox } from '../seedSchema.ts';

/** The mailbox that a Graph call is about; throws Graph's 404 where there is none (any more). */
export function mailboxOf(call: Call): { mailbox: Mailbox; userId: string } {
  const user = findUser(call.data, call.params.user ?? '');
  const mailbox = liveMailbox(call.data, user, call.now);
  if (!mailbox)
    throw new GraphError(
      404,
      'MailboxNotEnabledForRESTAPI',
      'The mailbox is either inactive, soft-deleted, or is hosted on-premise.',
    );
  return { mailbox, userId: user.id };
}

/** What mailboxSettings shows of a mailbox. */
function settingsOf(call: Call, mailbox: Mailbox) {
  const { timeZone, dateFormat, timeFormat, delegateMeetingMessageDeliveryOptions, language, automaticRepliesSetting } =
    mailbox;
  return {
    userPurpose: purposeOf(mailbox, call.now),
    timeZone,
    dateFormat,
    timeFormat,
    delegateMeetingMessageDeliveryOptions,
    language,
    automaticRepliesSetting,
  };
}

const workingHours = {
  daysOfWeek: ['monday', 'tuesday', 'wednesday', 'thursday', 'friday'],
  startTime: '08:00:00.0000000',
  endTime: '17:00:00.0000000',
};

function settings(call: Call): Reply {
  const { mailbox, userId } = mailboxOf(call);
  const all = {
    archiveFolder: null,
    ...settingsOf(call, mailbox),
    workingHours: { ...workingHours, timeZone: { name: mailbox.timeZone } },
  };
  const context = `${call.root}/$metadata#users('${userId}')/mailboxSettings`;
  return {
    status: 200,
    body: { '@odata.context': context, ...pick({ id: userId, ...all }, call.query.select ?? Object.keys(all)) },
  };
}

function update(call: Call): Reply {
  const { mailbox } = mailboxOf(call);
  const sent = isRecord(call.body) ? call.body : {};
  const { '@odata.context': _context, workingHours: _hours, userPurpose, ...changes } = sent;
  if (userPurpose !== undefined)
    throw badRequest("The property 'userPurpose' is read-only and cannot be set.", 'ErrorInvalidRequest');
  const replies = isRecord(changes.automaticRepliesSetting) ? changes.automaticRepliesSetting : {};
  // The type is read-only here, so a running conversion is left alone.
  const { userPurpose: _shown, ...present } = settingsOf(call, mailbox);
  const merged = mailboxSettingsSchema.omit({ userPurpose: true }).safeParse({
    ...present,
    ...changes,
    automaticRepliesSetting: { ...mailbox.automaticRepliesSetting, ...replies },
  });
  if (!merged.success)
    throw badRequest(
      `Invalid value for the property '${merged.error.issues[0]?.path.join('.') ?? ''}'.`,
      'ErrorInvalidRequest',
    );
  Object.assign(mailbox, merged.data);
  return settings(call);
}

const row = '/users/{id}/mailboxSettings';

export const mailbox: Route[] = [
  { method: 'GET', path: '/users/{user}/mailboxSettings', answer: settings },
  { method: 'PATCH', path: '/users/{user}/mailboxSettings', answer: update },
  ...(['userPurpose', 'automaticRepliesSetting', 'timeZone', 'language'] as const).map(
    (name): Route => ({
      method: 'GET',
      path: `/users/{user}/mailboxSettings/${name}`,
      permissionsOf: row,
      answer: (call) => {
        const { mailbox: own, userId } = mailboxOf(call);
        const context = `users('${userId}')/mailboxSettings/${name}`;
        const content = settingsOf(call, own)[name];
        return isRecord(content)
          ? { status: 200, body: { '@odata.context': `${call.root}/$metadata#${context}`, ...content } }
          : value(call, context, content);
      },
    }),
  ),
];
