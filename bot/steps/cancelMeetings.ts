import { z } from 'zod';
import { hours, seenSoon } from '../clock.ts';
import { cameLater } from '../engine/cameLater.ts';
import { powerShell } from '../exchange/exchange.ts';
import { GraphFailure, isMissing } from '../graph/failure.ts';
import { path } from '../graph/path.ts';
import { noMailbox } from '../people/missingMailbox.ts';
import { exchangeMailboxes, who } from '../people/places.ts';
import { definePersonStep, type ReadContext } from '../people/step.ts';

const event = z.object({
  id: z.string(),
  isOrganizer: z.boolean().nullish(),
  isCancelled: z.boolean().nullish(),
  type: z.string().nullish(),
  seriesMasterId: z.string().nullish(),
  attendees: z.array(z.unknown()).nullish(),
});
const meeting = z.object({ id: z.string(), series: z.boolean() });
const before = z.object({
  meetings: z.array(meeting),
  /** How far was looked ahead (ISO 8601): what lies beyond was not in sight, and is none of this. */
  until: z.string(),
});

const daysAhead = 730;
/** Exchange lets an app have four requests to one mailbox under way. */
const atOnce = 4;

/** Rooms come free and nobody waits. Needs a mailbox that can still send. */
export const cancelMeetings = definePersonStep({
  id: 'cancel-meetings',
  title: 'Cancel meetings',
  does: 'Cancels the meetings that the person organizes in the two years from the day of the request, a series once; everybody invited is told.',
  permissions: ['Calendars.ReadWrite'],
  before,

  appliesTo(_subject, { cancelMeetings: wanted }) {
    return wanted ? null : { notNeeded: 'Meetings are left as they are.' };
  },
  async preview(context) {
    const until = horizon(context.openedAt);
    const meetings = await organized(context, until);
    if (meetings === null) return noMailbox;
    if (meetings.length === 0) return { notNeeded: 'There are no meetings to cancel.' };
    return {
      before: { meetings, until },
      changes: [
        {
          says: `${inWords(meetings)}: canceled, everybody invited is told`,
          touches: meetings.map(({ id }) => id),
          binds: 'canceled',
        },
      ],
    };
  },
  async run(context, before) {
    const isDone = async () => ((await look(context, before)).left.length === 0 ? true : null);
    if (context.attempt > 1) await seenSoon(isDone);
    const { left } = await look(context, before);
    const calls = left.map(({ id }) => ({
      method: 'POST' as const,
      path: path`/users/${context.subject.id}/events/${id}/cancel`,
      body: { Comment: `${context.subject.displayName} no longer works here.` },
    }));
    for (let at = 0; at < calls.length; at += atOnce) {
      for (const answer of await context.graph.batch(calls.slice(at, at + atOnce))) {
        if (!answer.ok && !(answer.failure instanceof GraphFailure && isMissing(answer.failure))) throw answer.failure;
      }
    }
  },
  async verify(context, before) {
    const { left, later } = await look(context, before);
    return left.length === 0
      ? { proved: `${inWords(before.meetings)}: canceled.${cameLater(later.length, 'meeting')}` }
      : { notYet: `Still in the calendar: ${inWords(left)}.` };
  },
  byHand(subject) {
    return {
      who: who.exchangeAdmin,
      ...exchangeMailboxes,
      clicks: ['Open Exchange Online PowerShell and paste the line below: the admin center has no page for it.'],
      command: powerShell('Remove-CalendarEvents', {
        Identity: subject.userPrincipalName,
        CancelOrganizedMeetings: true,
        QueryWindowInDays: String(daysAhead),
        Confirm: false,
      }),
    };
  },
  cannotUndo: 'A canceled meeting stays canceled: somebody invites again.',
});

type Meeting = z.output<typeof meeting>;

/** What of the plan is still to come, and what is new since. What has passed meanwhile is over. */
async function look(context: ReadContext, { meetings, until }: z.output<typeof before>) {
  const now = (await organized(context, until)) ?? [];
  const isAgreed = ({ id }: Meeting) => meetings.some((one) => one.id === id);
  return { left: now.filter(isAgreed), later: now.filter((one) => !isAgreed(one)) };
}

const horizon = (openedAt: Date): string => new Date(openedAt.getTime() + daysAhead * hours(24)).toISOString();

function inWords(meetings: Meeting[]): string {
  const series = meetings.filter((one) => one.series).length;
  const single = meetings.length - series;
  return [
    single > 0 ? `${single} meeting${single === 1 ? '' : 's'}` : '',
    series > 0 ? `${series} series of meetings` : '',
  ]
    .filter(Boolean)
    .join(' and ');
}

/** Future meetings with others in them; each series once. Null when there is no mailbox. */
async function organized({ subject, graph, clock }: ReadContext, until: string): Promise<Meeting[] | null> {
  const url = path`/users/${subject.id}/calendarView?startDateTime=${clock.now().toISOString()}&endDateTime=${until}&$select=${Object.keys(event.shape).join(',')}&$top=100`;
  try {
    const events = await graph.list(url, event);
    const meetings = new Map<string, Meeting>();
    for (const one of events) {
      if (!one.isOrganizer || one.isCancelled || (one.attendees ?? []).length === 0) continue;
      const id = one.seriesMasterId ?? one.id;
      meetings.set(id, { id, series: one.seriesMasterId != null });
    }
    return [...meetings.values()].sort((a, b) => a.id.localeCompare(b.id));
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}
