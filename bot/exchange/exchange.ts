import type { Purpose } from '../graph/graph.ts';

/** What Exchange Online knows of a mailbox that Graph does not. */
export interface Mailbox {
  /** `SharedMailbox`, `UserMailbox`, `RoomMailbox`… */
  type: string;
  /** Directory sync would make it a regular one again, whatever it is converted to here. */
  turnedBackBySync: boolean;
  onHold: boolean;
  /** Of the mailbox itself, whoever has its addresses. */
  exchangeGuid: string;
  hasArchive: boolean;
  hidden: boolean;
  /** Somebody in the directory, by Exchange's own name for them; null for none. */
  forwardingAddress: string | null;
  /** An address, mostly outside; null for none. */
  forwardingSmtpAddress: string | null;
  deliverToMailboxAndForward: boolean;
}

export interface MailboxChange {
  type?: 'Shared' | 'Regular';
  onHold?: boolean;
  hidden?: boolean;
  forwardingAddress?: string | null;
  forwardingSmtpAddress?: string | null;
  deliverToMailboxAndForward?: boolean;
}

/** Roles of Exchange's own, beside those of the directory. */
export interface MailboxRoles {
  /** Names of role groups that somebody was put into by themselves. */
  groups: string[];
  /** Names of roles that were given to them without a group. */
  direct: string[];
}

/** A rule of the inbox that neither Outlook nor Graph shows. */
export interface HiddenRule {
  identity: string;
  name: string;
}

/** A phone or tablet that fetches mail, by ActiveSync or as Outlook does. */
export interface Phone {
  identity: string;
  name: string;
}

export type MailboxRight = 'FullAccess' | 'SendAs';

/** What somebody may do with the mailbox of somebody else. */
export interface HeldRight {
  /** Object id in Entra. */
  mailboxId: string;
  name: string;
  right: MailboxRight;
}

/** Rights on others' mailboxes: Send As everywhere, full access in so many shared mailboxes of all. */
export interface HeldRights {
  held: HeldRight[];
  looked: number;
  all: number;
}

/** Reads; a mailbox and a person are named by their object id in Entra. */
export interface ExchangeReader {
  /** Null when there is no mailbox. */
  mailbox(userId: string): Promise<Mailbox | null>;
  /** Whether a mailbox whose account is deleted is kept as an inactive one. */
  isInactive(exchangeGuid: string): Promise<boolean>;
  /** The object id of a recipient that Exchange names in its own way; null when it is nobody of the directory. */
  personBehind(recipient: string): Promise<string | null>;
  /** Whether Exchange Online knows of a mailbox in the organization's own Exchange. */
  isOnPremises(userId: string): Promise<boolean>;
  /** Bytes. */
  mailboxSize(userId: string): Promise<number>;
  /** But for those that Exchange makes for itself. */
  hiddenRules(userId: string): Promise<HiddenRule[]>;
  phones(userId: string): Promise<Phone[]>;
  rolesOf(person: { id: string; userPrincipalName: string }): Promise<MailboxRoles>;
  rightsHeldBy(person: { id: string; userPrincipalName: string }): Promise<HeldRights>;
  /** Whether one person holds a right on a mailbox, given to them directly. */
  hasRight(mailboxId: string, right: MailboxRight, person: { id: string; userPrincipalName: string }): Promise<boolean>;
}

/** Each change may be made twice. @throws GraphFailure, as Graph does */
export interface Exchange extends ExchangeReader {
  change(userId: string, change: MailboxChange): Promise<void>;
  giveRight(mailboxId: string, right: MailboxRight, personId: string): Promise<void>;
  takeRight(mailboxId: string, right: MailboxRight, personId: string): Promise<void>;
  /** For good: there is no way to make a hidden one. */
  removeHiddenRule(userId: string, identity: string): Promise<void>;
  /** Ends the partnership alone; nothing on the phone is touched. */
  forgetPhone(identity: string): Promise<void>;
  leaveGroup(groupId: string, memberId: string): Promise<void>;
  joinGroup(groupId: string, memberId: string): Promise<void>;
}

/** Exchange Online as the engine holds it. */
export interface ExchangeConnection extends Exchange {
  /** The same; its log lines say what they are for. */
  for(purpose: Purpose): ExchangeConnection;
  /** The same for one look at everything: it reads each thing once, until it changes something. */
  remembering(): ExchangeConnection;
}

/** PowerShell takes each of these for the end of a quoted text, unless it is doubled. */
const quotes = /['\u2018-\u201B]/g;

/** Nothing in it is taken for anything but text. */
const quoted = (text: string): string => `'${text.replace(quotes, '$&$&')}'`;

/** A property of what comes through the pipe. */
export const ofEach = (property: string): { ofEach: string } => ({ ofEach: property });

type Value = string | boolean | null | ReturnType<typeof ofEach>;

/**
 * A line for somebody to paste into PowerShell, or what such lines are made of; texts are quoted. A switch takes its value
 * by a colon alone (about_Parameters), and whatever is no switch takes it so as well.
 */
export function powerShell(cmdlet: string, parameters: Record<string, Value>): string {
  const words = Object.entries(parameters).map(([name, value]) => {
    if (typeof value === 'boolean') return `-${name}:$${value}`;
    if (value === null) return `-${name} $null`;
    return `-${name} ${typeof value === 'string' ? quoted(value) : `$_.${value.ofEach}`}`;
  });
  return [cmdlet, ...words].join(' ');
}

/** Does one line for each that comes through the pipe. */
export const forEach = (line: string): string => `ForEach-Object { ${line} }`;

/** Lets through those for which a line finds somebody or something with this property. */
export const whereAny = (line: string, property: string, value: string): string =>
  `Where-Object { (${line}).${property} -contains ${quoted(value)} }`;
