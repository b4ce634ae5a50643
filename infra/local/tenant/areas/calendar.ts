import { createHash } from 'node:crypto';
import { findUser } from '../directory.ts';
import { badRequest, GraphError } from '../errors.ts';
import { collection, entity, type Shape } from '../odata/answer.ts';
import { ownValue, type Resource } from '../odata/resource.ts';
import { stamp } from '../resources.ts';
import type { Call, Reply, Route } from '../route.ts';
import type { Mailbox, Meeting, User } from '../seedSchema.ts';
import { mailboxOf } from './mailbox.ts';

const day = 86_400_000;
const pageSize = 10;

/** As Outlook's: long, opaque, with an = at the end. */
const outlookId = (...parts: string[]): string =>
  `AAMkAG${createHash('sha256').update(parts.join('/')).digest('base64url')}=`;

interface Owned {
  call: Call;
  user: User;
  mailbox: Mailbox;
}

function owned(call: Call): Owned {
  const { mailbox } = mailboxOf(call);
  return { call, mailbox, user: findUser(call.data, call.params.user ?? '') };
}

const eventsShape = (user: User): Shape => ({ context: `users('${user.id}')/events`, pageSize });

function startOf({ call }: Owned, meeting: Meeting, week = 0): number {
  return Date.parse(`${call.data.exchange.firstDay}T${meeting.startTime}:00Z`) + (meeting.dayOffset + 7 * week) * day;
}

const utc = (moment: number) => ({
  dateTime: `${new Date(moment).toISOString().slice(0, 19)}.0000000`,
  timeZone: 'UTC',
});

/** The id that Graph shows for a meeting of the tenant file; of a series, the master's. */
export const eventIdOf = (user: User, meetingId: string): string => outlookId(user.id, meetingId);
const eventId = ({ user }: Owned, meeting: Meeting): string => eventIdOf(user, meeting.id);
const occurrenceId = ({ user }: Owned, meeting: Meeting, week: number): string =>
  outlookId(user.id, meeting.id, `${week}`);

function recipient({ call }: Owned, address: string) {
  const known = call.data.users.find((user) => user.mail?.toLowerCase() === address.toLowerCase());
  return { emailAddress: { name: known?.displayName ?? address, address } };
}

const isOrganizer = ({ user }: Owned, meeting: Meeting): boolean =>
  meeting.organizer === null || meeting.organizer.toLowerCase() === (user.mail ?? user.userPrincipalName).toLowerCase();

/** A meeting that happens once, or the master of a series. */
function eventResource(own: Owned, meeting: Meeting): Resource {
  const start = startOf(own, meeting);
  const organizes = isOrganizer(own, meeting);
  const organizer = meeting.organizer ?? own.user.mail ?? own.user.userPrincipalName;
  const id = eventId(own, meeting);
  return {
    id,
    createdDateTime: '2026-08-03T08:00:00Z',
    lastModifiedDateTime: '2026-08-03T08:00:00Z',
    changeKey: outlookId(id, 'change').slice(0, 24),
    categories: [],
    iCalUId: outlookId(id, 'iCal'),
    subject: meeting.subject,
    bodyPreview: '',
    body: { contentType: 'html', content: '' },
    importance: 'normal',
    sensitivity: 'normal',
    showAs: 'busy',
    isAllDay: false,
    isCancelled: false,
    isDraft: false,
    isOrganizer: organizes,
    isReminderOn: true,
    reminderMinutesBeforeStart: 15,
    responseRequested: true,
    responseStatus: organizes
      ? { response: 'organizer', time: '0001-01-01T00:00:00Z' }
      : { response: 'accepted', time: '2026-08-03T09:00:00Z' },
    hasAttachments: false,
    isOnlineMeeting: meeting.isOnlineMeeting,
    onlineMeetingProvider: meeting.isOnlineMeeting ? 'teamsForBusiness' : 'unknown',
    location: { displayName: meeting.location, locationType: 'default' },
    originalStartTimeZone: 'UTC',
    originalEndTimeZone: 'UTC',
    start: utc(start),
    end: utc(start + meeting.minutes * 60_000),
    organizer: recipient(own, organizer),
    attendees: meeting.attendees.map((address) => ({
      type: 'required',
      status: { response: 'none', time: '0001-01-01T00:00:00Z' },
      ...recipient(own, address),
    })),
    type: meeting.weeks === null ? 'singleInstance' : 'seriesMaster',
    seriesMasterId: null,
    recurrence: meeting.weeks === null ? null : recurrence(start, meeting.weeks),
    webLink: `https://outlook.office365.com/owa/?itemid=${encodeURIComponent(id)}`,
  };
}

function recurrence(start: number, weeks: number) {
  const weekday = new Date(start).toLocaleDateString('en-US', { weekday: 'long', timeZone: 'UTC' }).toLowerCase();
  const dateOf = (moment: number) => new Date(moment).toISOString().slice(0, 10);
  return {
    pattern: {
      type: 'weekly',
      interval: 1,
      month: 0,
      dayOfMonth: 0,
      daysOfWeek: [weekday],
      firstDayOfWeek: 'sunday',
      index: 'first',
    },
    range: {
      type: 'endDate',
      startDate: dateOf(start),
      endDate: dateOf(start + (weeks - 1) * 7 * day),
      recurrenceTimeZone: 'UTC',
      numberOfOccurrences: 0,
    },
  };
}

function occurrences(own: Owned, meeting: Meeting): Resource[] {
  const master = eventResource(own, meeting);
  return Array.from({ length: meeting.weeks ?? 0 }, (_, week) => week)
    .filter((week) => !meeting.cancelledWeeks.includes(week))
    .map((week) => {
      const start = startOf(own, meeting, week);
      return {
        ...master,
        id: occurrenceId(own, meeting, week),
        type: 'occurrence',
        seriesMasterId: master.id,
        recurrence: null,
        start: utc(start),
        end: utc(start + meeting.minutes * 60_000),
      };
    });
}

const instances = (own: Owned, meeting: Meeting): Resource[] =>
  meeting.weeks === null ? [eventResource(own, meeting)] : occurrences(own, meeting);

function momentOf(call: Call, name: string): number {
  const value = call.query.raw.find(([option]) => option.toLowerCase() === name.toLowerCase())?.[1];
  if (value === undefined)
    throw badRequest(
      'This request requires a time window specified by the query string parameters StartDateTime and EndDateTime.',
      'ErrorInvalidParameter',
    );
  // Without an offset it is UTC, as in Graph.
  const moment = Date.parse(/(Z|[+-]\d\d:?\d\d)$/i.test(value) ? value : `${value}Z`);
  if (Number.isNaN(moment))
    throw badRequest(`The value '${value}' of parameter '${name}' is invalid.`, 'ErrorInvalidParameter');
  return moment;
}

const longestView = 1825;

function calendarView(call: Call): Reply {
  const own = owned(call);
  const [from, to] = [momentOf(call, 'startDateTime'), momentOf(call, 'endDateTime')];
  if (to < from) throw badRequest("The value of parameter 'EndDateTime' is invalid.", 'ErrorInvalidParameter');
  if (to - from > longestView * day)
    throw badRequest(
      `The requested time duration specified for calendarview is too long. Current time duration = ${Math.ceil((to - from) / day)} days; maximum = ${longestView} days.`,
      'ErrorInvalidParameter',
    );
  const moment = (event: Resource, side: string) =>
    Date.parse(`${String(ownValue(dateTimeOf(event, side), 'dateTime'))}Z`);
  const found = own.mailbox.meetings
    .flatMap((meeting) => instances(own, meeting))
    .filter((event) => moment(event, 'start') < to && moment(event, 'end') > from)
    .toSorted((a, b) => moment(a, 'start') - moment(b, 'start'));
  return collection(call, found, { ...eventsShape(own.user), context: `users('${own.user.id}')/calendarView` });
}

const dateTimeOf = (event: Resource, side: string): Record<string, unknown> =>
  ({ ...(event[side] as object | undefined) }) as Record<string, unknown>;

const itemNotFound = () => new GraphError(404, 'ErrorItemNotFound', 'The specified object was not found in the store.');

interface Found {
  meeting: Meeting;
  /** The week of a series; null for the whole. */
  week: number | null;
  resource: Resource;
}

function find(own: Owned): Found {
  const { mailbox, call } = own;
  const wanted = call.params.event ?? '';
  for (const meeting of mailbox.meetings) {
    if (eventId(own, meeting) === wanted) return { meeting, week: null, resource: eventResource(own, meeting) };
    const resource = occurrences(own, meeting).find(({ id }) => id === wanted);
    if (!resource) continue;
    const weeks = Array.from({ length: meeting.weeks ?? 0 }, (_, week) => week);
    return { meeting, resource, week: weeks.find((week) => occurrenceId(own, meeting, week) === wanted) ?? null };
  }
  throw itemNotFound();
}

/** https://learn.microsoft.com/graph/api/event-cancel: the event goes to Deleted Items, where no id finds it any more. */
function cancel(call: Call): Reply {
  const own = owned(call);
  const { meeting, week } = find(own);
  if (!isOrganizer(own, meeting))
    throw badRequest(
      "Your request can't be completed. You need to be an organizer to cancel a meeting.",
      'ErrorInvalidRequest',
    );
  const { mailbox } = own;
  if (week === null) mailbox.meetings = mailbox.meetings.filter((other) => other !== meeting);
  else meeting.cancelledWeeks.push(week);
  mailbox.cancellations.push({
    meetingId: meeting.id,
    subject: meeting.subject,
    week,
    at: stamp(call.now),
    attendees: meeting.attendees,
  });
  return { status: 202 };
}

export const calendar: Route[] = [
  { method: 'GET', path: '/users/{user}/calendarView', answer: calendarView },
  {
    method: 'GET',
    path: '/users/{user}/events',
    answer: (call) => {
      const own = owned(call);
      return collection(
        call,
        own.mailbox.meetings.map((meeting) => eventResource(own, meeting)),
        eventsShape(own.user),
      );
    },
  },
  {
    method: 'GET',
    path: '/users/{user}/events/{event}',
    answer: (call) => {
      const own = owned(call);
      return entity(call, find(own).resource, eventsShape(own.user));
    },
  },
  { method: 'POST', path: '/users/{user}/events/{event}/cancel', answer: cancel },
];
