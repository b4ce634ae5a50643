import { z } from 'zod';
import { dateTime, guid, ids, moment, text, texts } from './seedFields.ts';

const dateTimeZone = z.strictObject({ dateTime: z.string(), timeZone: z.string() });

/** What Graph's mailboxSettings shows and changes. */
export const mailboxSettingsSchema = z.strictObject({
  userPurpose: z.enum(['user', 'linked', 'shared', 'room', 'equipment', 'others']).default('user'),
  timeZone: z.string().default('W. Europe Standard Time'),
  dateFormat: z.string().default('yyyy-MM-dd'),
  timeFormat: z.string().default('HH:mm'),
  delegateMeetingMessageDeliveryOptions: z
    .enum(['sendToDelegateAndInformationToPrincipal', 'sendToDelegateAndPrincipal', 'sendToDelegateOnly'])
    .default('sendToDelegateOnly'),
  language: z
    .strictObject({ locale: z.string(), displayName: z.string() })
    .default({ locale: 'en-US', displayName: 'English (United States)' }),
  automaticRepliesSetting: z
    .strictObject({
      status: z.enum(['disabled', 'alwaysEnabled', 'scheduled']),
      externalAudience: z.enum(['none', 'contactsOnly', 'all']),
      internalReplyMessage: z.string(),
      externalReplyMessage: z.string(),
      scheduledStartDateTime: dateTimeZone,
      scheduledEndDateTime: dateTimeZone,
    })
    .default({
      status: 'disabled',
      externalAudience: 'all',
      internalReplyMessage: '',
      externalReplyMessage: '',
      scheduledStartDateTime: { dateTime: '2026-01-01T09:00:00.0000000', timeZone: 'UTC' },
      scheduledEndDateTime: { dateTime: '2026-01-02T09:00:00.0000000', timeZone: 'UTC' },
    }),
});

/** A rule of the inbox, as Graph's messageRule. `isHidden` rules are seen by Exchange alone, with IncludeHidden. */
export const inboxRuleSchema = z.strictObject({
  /** Graph's id is the base64 of Exchange's number. */
  id: z.string().regex(/^[1-9]\d*$/),
  displayName: z.string().min(1),
  isEnabled: z.boolean().default(true),
  isHidden: z.boolean().default(false),
  conditions: z.record(z.string(), z.unknown()).nullable().default(null),
  exceptions: z.record(z.string(), z.unknown()).nullable().default(null),
  actions: z.record(z.string(), z.unknown()).default({}),
});

/**
 * A meeting in this mailbox. Its moment is counted from the day that the tenant started, so that what is in the future
 * stays there: `dayOffset` 3 is in three days.
 */
export const meetingSchema = z.strictObject({
  id: z.string().min(1),
  subject: z.string(),
  /** Mail addresses; the organizer is the mailbox itself where left out. */
  organizer: text,
  attendees: texts,
  dayOffset: z.int(),
  startTime: z
    .string()
    .regex(/^\d\d:\d\d$/)
    .default('09:00'),
  minutes: z.int().positive().default(30),
  /** A series: one meeting every seven days, so many times. */
  weeks: z.int().min(2).nullable().default(null),
  /** The weeks of the series, from 0, that were cancelled by themselves. */
  cancelledWeeks: z.array(z.int().min(0)).default([]),
  isOnlineMeeting: z.boolean().default(false),
  location: z.string().default(''),
});

export const mailboxSchema = z.strictObject({
  ...mailboxSettingsSchema.shape,
  /** A change of type that has been asked for and does not show yet. */
  conversion: z
    .strictObject({ from: z.enum(['user', 'shared']), showsAt: dateTime })
    .nullable()
    .default(null),
  /** As on-premises Exchange has it, for somebody who is synchronized. */
  remoteRecipientType: z.string().default('None'),
  exchangeCloudManaged: z.boolean().default(false),
  /** When the next sync makes a shared mailbox a regular one again. */
  turnedBackAt: z.number().nullable().default(null),
  sizeBytes: z.int().min(0).default(1_482_768_384),
  itemCount: z.int().min(0).default(9_214),
  archive: z
    .strictObject({ id: guid, sizeBytes: z.int().min(0) })
    .nullable()
    .default(null),
  /** `durationDays` null = without end. */
  litigationHold: z
    .strictObject({ since: dateTime, by: z.string(), durationDays: z.int().positive().nullable().default(null) })
    .nullable()
    .default(null),
  inPlaceHolds: texts,
  /** The id of a person or group of this tenant. */
  forwardingAddress: guid.nullable().default(null),
  forwardingSmtpAddress: text,
  deliverToMailboxAndForward: z.boolean().default(false),
  hiddenFromAddressLists: z.boolean().default(false),
  grantSendOnBehalfTo: ids,
  fullAccess: z.array(z.strictObject({ id: guid, autoMapping: z.boolean().default(true) })).default([]),
  sendAs: ids,
  rules: z.array(inboxRuleSchema).default([]),
  meetings: z.array(meetingSchema).default([]),
  /** What was cancelled and whom Exchange told. */
  cancellations: z
    .array(
      z.strictObject({
        meetingId: z.string(),
        subject: z.string(),
        week: z.int().nullable(),
        at: dateTime,
        attendees: texts,
      }),
    )
    .default([]),
  mobileDevices: z
    .array(
      z.strictObject({
        deviceId: z.string().min(1),
        friendlyName: z.string(),
        deviceType: z.string(),
        deviceModel: z.string(),
        clientType: z.enum(['EAS', 'Outlook', 'REST']).default('Outlook'),
        firstSyncTime: moment,
      }),
    )
    .default([]),
});

/** What Exchange Online has beside mailboxes. */
export const exchangeSchema = z.strictObject({
  /** The app's role groups or management roles, such as `Legal Hold`, beside what a directory role brings. */
  roles: texts,
  /** Exchange's own role groups (a `role` of each), with the ids of people in them; and roles given to people directly. */
  roleGroups: z.array(z.strictObject({ name: z.string(), role: z.string(), members: ids })).default([]),
  directRoles: z.array(z.strictObject({ role: z.string(), userId: guid })).default([]),
  /** What the `dayOffset` of meetings counts from: the day of the start where left out. */
  firstDay: z
    .string()
    .regex(/^\d{4}-\d\d-\d\d$/)
    .default(() => new Date().toISOString().slice(0, 10)),
});

export type Mailbox = z.infer<typeof mailboxSchema>;
export type InboxRule = z.infer<typeof inboxRuleSchema>;
export type Meeting = z.infer<typeof meetingSchema>;
