import { findUser, hasExchangePlan } from '../directory.ts';
import { badRequest, GraphError } from '../errors.ts';
import { pick, value } from '../odata/answer.ts';
import { isRecord } from '../odata/resource.ts';
import type { Call, Reply, Route } from '../route.ts';
import { type Mailbox, mailboxSchema } from '../seedSchema.ts';

/** A regular mailbox goes with its Exchange plan; a shared one stays without. */
function mailboxOf(call: Call): { mailbox: Mailbox; userId: string } {
  const user = findUser(call.data, call.params.user ?? '');
  const isGone = user.mailbox?.userPurpose === 'user' && !hasExchangePlan(call.data, user);
  if (!user.mailbox || isGone)
    throw new GraphError(
      404,
      'MailboxNotEnabledForRESTAPI',
      'The mailbox is either inactive, soft-deleted, or is hosted on-premise.',
    );
  return { mailbox: user.mailbox, userId: user.id };
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
    ...mailbox,
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
  const merged = mailboxSchema.safeParse({
    ...mailbox,
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
        const content = own[name];
        return isRecord(content)
          ? { status: 200, body: { '@odata.context': `${call.root}/$metadata#${context}`, ...content } }
          : value(call, context, content);
      },
    }),
  ),
];
