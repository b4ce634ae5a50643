import type { Purpose } from '../graph/graph.ts';

/** What Exchange Online knows of a mailbox that Graph does not. */
export interface Mailbox {
  /** `SharedMailbox`, `UserMailbox`, `RoomMailbox`… */
  type: string;
  onHold: boolean;
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

export type MailboxRight = 'FullAccess' | 'SendAs';

/** Reads; a mailbox and a person are named by their object id in Entra. */
export interface ExchangeReader {
  /** Null when there is no mailbox. */
  mailbox(userId: string): Promise<Mailbox | null>;
  /** Bytes. */
  mailboxSize(userId: string): Promise<number>;
  /** Whether one person holds a right on a mailbox, given to them directly. */
  hasRight(mailboxId: string, right: MailboxRight, person: { id: string; userPrincipalName: string }): Promise<boolean>;
}

/** Each change may be made twice. @throws GraphFailure, as Graph does */
export interface Exchange extends ExchangeReader {
  change(userId: string, change: MailboxChange): Promise<void>;
  giveRight(mailboxId: string, right: MailboxRight, personId: string): Promise<void>;
  takeRight(mailboxId: string, right: MailboxRight, personId: string): Promise<void>;
  leaveGroup(groupId: string, memberId: string): Promise<void>;
  joinGroup(groupId: string, memberId: string): Promise<void>;
}

/** Exchange Online as the engine holds it. */
export interface ExchangeConnection extends Exchange {
  /** The same; its log lines say what they are for. */
  for(purpose: Purpose): ExchangeConnection;
}

/** PowerShell takes each of these for the end of a quoted text, unless it is doubled. */
const quotes = /['\u2018-\u201B]/g;

/**
 * The cmdlets' line for somebody to paste into Exchange Online PowerShell; values are quoted. A switch takes its value
 * by a colon alone (about_Parameters), and whatever is no switch takes it so as well.
 */
export function powerShell(cmdlet: string, parameters: Record<string, string | boolean | null>): string {
  const words = Object.entries(parameters).map(([name, value]) => {
    if (typeof value === 'boolean') return `-${name}:$${value}`;
    return `-${name} ${value === null ? '$null' : `'${value.replace(quotes, '$&$&')}'`}`;
  });
  return [cmdlet, ...words].join(' ');
}
