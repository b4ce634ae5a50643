import type { Fault, RecordedRequest } from './faults.ts';

export type { Fault, RecordedRequest } from './faults.ts';

export interface Person {
  /** Entra object id. */
  id: string;
  displayName: string;
  userPrincipalName: string;
  jobTitle?: string | null | undefined;
  userType?: string | null | undefined;
}

export type Json = Record<string, unknown>;
export type Card = Json;
/** `channel` is the standard channel of the team. */
export type Place = 'personal' | 'channel' | 'private' | 'shared';

export interface Channel {
  place: Place;
  title: string;
  kind: 'standard' | 'private' | 'shared';
}

export interface Mention {
  /** As it stands in the text, without the `<at>` tags. */
  name: string;
  userPrincipalName: string;
}

/** Words that lead somewhere, as they are pasted from elsewhere: the address of a contact is only here. */
export interface Link {
  text: string;
  /** `mailto:…` or `https:…` */
  href: string;
}

export interface FileToSend {
  name: string;
  content: string;
}

export interface Notice {
  kind: 'message' | 'error';
  text: string;
}

export interface SharedFile {
  name: string;
  url: string;
}

/** A bot's wish to put a file into a person's OneDrive; Teams asks that person first. */
export interface FileOffer {
  name: string;
  description: string;
  sizeInBytes: number;
  acceptContext: unknown;
  declineContext: unknown;
}

/** One message as one person sees it. */
export interface SeatMessage {
  id: string;
  /** Grows with every change that this person can see. */
  version: number;
  conversation: Place;
  conversationId: string;
  /** The first message of a channel thread; the message itself when it is the first, or in a personal chat. */
  threadId: string;
  from: { id: string; name: string; bot: boolean };
  text: string | undefined;
  textFormat: 'plain' | 'markdown' | 'xml';
  links: Link[];
  /** The first card, after this person's own refreshes and answers. */
  card: Card | undefined;
  cards: Card[];
  files: SharedFile[];
  fileOffer: FileOffer | undefined;
  suggestions: string[];
  summary: string | undefined;
  /** What an old client would show in place of the card. */
  fallback: string | undefined;
  /** What stands under the card for this person alone: the answer to a tap. */
  notice: Notice | undefined;
  /** Title of the button whose answer is awaited. */
  pending: string | undefined;
  sentAt: string;
  edited: boolean;
  deleted: boolean;
  /** Whether it brings up a toast when it is new: in a channel only for whom it mentions. */
  rings: boolean;
  /** Why the bot did not get this message. */
  undelivered: string | undefined;
}

export interface Said {
  id: string;
  /** Teams only hands a channel's message to a bot that it mentions. */
  delivered: boolean;
  status: number | undefined;
}

export type TapOutcome =
  | { kind: 'card'; status: number; card: Card }
  | { kind: 'message' | 'error'; status: number; text: string };

export interface ActionExecute extends Json {
  type: string;
  id?: string;
  verb?: string;
  title?: string;
  data?: unknown;
}

export interface TeamsOptions {
  /** 0 takes any free port. */
  port?: number;
  botUrl: string;
  clientId: string;
  tenantId: string;
  /** Where the bot's tokens are signed and people are searched; without it only their audience is read. */
  tenantUrl?: string | undefined;
  people: Person[] | (() => Promise<Person[]>);
  /** Lets the bot in without a token. */
  openDoor?: boolean;
  botName?: string;
  /** User principal names of those who lack the bot's app: it can't write to them. */
  withoutApp?: string[];
  /** Whether Teams' documented rate limits hold from the start. */
  limited?: boolean;
  /** User principal names of the team's members; whoever opens the channel joins. */
  team?: string[];
  /** Keeps the signing key over a restart: a running bot reads new keys once an hour at most. */
  keyFile?: string;
  /** How long Teams waits for the answer to a tap. */
  invokeTimeoutMs?: number;
  /** When messages are sent and cards refreshed. */
  now?: () => number;
  /** The time of a whole rehearsal, which the page can move on: for messages, and for what is signed. */
  clock?: { now(): number; moveOn(ms: number): Promise<void> } | undefined;
  /** Is called for each request, in the bot's case before it is answered. */
  onRequest?: (request: RecordedRequest) => void;
}

export interface SayOptions {
  conversation?: Place;
  mentions?: Mention[];
  links?: Link[];
  replyTo?: string;
  files?: FileToSend[];
}

export interface Teams {
  url: string;
  serviceUrl: string;
  openIdUrl: string;
  /** The channel that everyone in this rehearsal shares. */
  channelId: string;
  channelIdOf(place: Exclude<Place, 'personal'>): string;
  close(): Promise<void>;
  open(personUpn: string, conversation?: Place): Promise<void>;
  say(personUpn: string, text: string, options?: SayOptions): Promise<Said>;
  tap(
    personUpn: string,
    messageId: string,
    action: string | ActionExecute,
    inputs?: Record<string, string>,
    /** Where the message is: its id alone may be that of another in another conversation. */
    conversation?: Place,
  ): Promise<TapOutcome>;
  answerFileOffer(personUpn: string, messageId: string, answer: 'accept' | 'decline'): Promise<void>;
  messages(personUpn: string, conversation?: Place): Promise<SeatMessage[]>;
  /** Tells of each message in the personal chat, when it comes and whenever it changes. @returns what ends that */
  follow(personUpn: string, hear: (message: SeatMessage) => void): Promise<() => void>;
  waitFor(
    personUpn: string,
    predicate: (message: SeatMessage) => boolean,
    timeoutMs?: number,
    conversation?: Place,
  ): Promise<SeatMessage>;
  /** `29:…`, as the bot knows this person. */
  mri(personUpn: string): Promise<string>;
  /** Installs the app for this person, or removes it. */
  setApp(personUpn: string, installed: boolean): Promise<void>;
  /** Installs the app in the team, or removes it from there. */
  setTeamApp(personUpn: string, installed: boolean): Promise<void>;
  /** Takes a message of anybody's away, as a team's owner may. */
  remove(messageId: string, conversation?: Place): void;
  /** Switches Teams' rate limits on or off. */
  limit(on: boolean): void;
  faults(fault: Fault): void;
  /** Nothing that was set goes wrong any more; what is kept waiting goes on at once. */
  clearFaults(): void;
  requests(): RecordedRequest[];
  reset(): void;
}

export class TeamsError extends Error {
  readonly status: number;
  readonly code: string;
  readonly retryAfterSeconds: number | undefined;
  constructor(status: number, code: string, message: string, retryAfterSeconds?: number) {
    super(message);
    this.status = status;
    this.code = code;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}
