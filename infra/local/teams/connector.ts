import type { Apps } from './apps.ts';
import { type Content, readContent } from './content.ts';
import type { Conversation, Conversations, Message } from './conversations.ts';
import type { Door } from './door.ts';
import type { RateLimits } from './limits.ts';
import type { People } from './people.ts';
import { member, membersFromElsewhere, membersOf, pageOf } from './roster.ts';
import type { Screens } from './screens.ts';
import { type Json, TeamsError } from './types.ts';
import type { Wire } from './wire.ts';

const MESSAGE_LIMIT_BYTES = 100 * 1024;

export interface ConnectorParts {
  clientId: string;
  tenantId: string;
  team: string[] | undefined;
  conversations: Conversations;
  people: People;
  screens: Screens;
  wire: Wire;
  apps: Apps;
  limits: RateLimits;
  door: Door;
}

export interface ConnectorCall {
  method: string;
  /** `conversations` or `teams`. */
  what: string;
  /** What follows, decoded. */
  segments: string[];
  query: URLSearchParams;
  authorization: string | undefined;
  body: Json;
}

export interface Answer {
  status: number;
  body?: unknown;
}

type Room = { conversation: Conversation; threadId: string | undefined };

/** The part of the Bot Connector's REST interface that a bot in Teams uses. */
export function openConnector(parts: ConnectorParts): (call: ConnectorCall) => Promise<Answer> {
  const { conversations, people, screens, wire, apps, limits } = parts;

  async function answer(call: ConnectorCall): Promise<Answer> {
    await parts.door.check(call.authorization);
    const { method } = call;
    wire.strike(method);
    const [conversationId, kind, id, last] = call.segments;
    limits.check(method === 'GET' ? 'read' : 'write', conversationId ?? 'new');
    if (call.what === 'teams') return aboutTeam(call);
    if (conversationId === undefined) {
      if (method === 'POST') return create(call.body);
      throw notAllowed(method);
    }
    const room = conversations.find(conversationId);
    if (!room) throw new TeamsError(404, 'ConversationNotFound', 'Conversation not found.');
    if (!room.conversation.person && !apps.inTeam) throw notInRoster();
    if (kind === 'activities' && last === undefined) return activities(method, room, id, call.body);
    if (method !== 'GET') throw notAllowed(method);
    const roster = await membersOf(room.conversation, people, parts.team);
    const shape = (person: (typeof roster)[number]) => member(person, people, parts.tenantId);
    const all = [...roster.map(shape), ...membersFromElsewhere(room.conversation)];
    if (kind === 'activities' && last === 'members') return { status: 200, body: all };
    if (kind === 'pagedmembers') return { status: 200, body: pageOf(all, call.query) };
    if (kind === 'members' && id === undefined) return { status: 200, body: all };
    if (kind === 'members' && id !== undefined) {
      const wanted = (await people.find(id))?.id ?? id;
      const found = all.find((each) => each.aadObjectId === wanted || each.id === wanted);
      if (found) return { status: 200, body: found };
      throw new TeamsError(404, 'MemberNotFoundInConversation', 'Member not found in conversation.');
    }
    throw new TeamsError(404, 'NotFound', 'There is nothing at this address.');
  }

  /** What the bot may read of the team that it is in. */
  async function aboutTeam({ method, segments: [id = '', kind] }: ConnectorCall): Promise<Answer> {
    const { team } = conversations;
    if (method !== 'GET') throw notAllowed(method);
    if (!team.channelWith(id)) throw new TeamsError(404, 'TeamNotFound', 'The team was not found.');
    if (kind === 'conversations') return { status: 200, body: { conversations: team.list() } };
    const members = await membersOf(conversations.channel(), people, parts.team);
    return { status: 200, body: team.details(members.length) };
  }

  function activities(method: string, room: Room, id: string | undefined, body: Json): Answer {
    const { person } = room.conversation;
    if (person && !apps.has(person)) throw notInRoster();
    if (method === 'POST') return send(room, body, id);
    if (id === undefined) throw notAllowed(method);
    const message = own(room.conversation, id);
    if (method === 'PUT') return edit(room.conversation, message, body);
    if (method === 'DELETE') return remove(room.conversation, message);
    throw notAllowed(method);
  }

  function send(room: Room, activity: Json, replyTo?: string): Answer {
    const { conversation } = room;
    // Teams lets a bot hear a private channel that it is mentioned in, and not speak there.
    if (conversation.place === 'private') throw notInRoster();
    if (activity.type === 'typing') {
      conversations.changed(conversation, { kind: 'typing' });
      return { status: 201, body: { id: '' } };
    }
    if (activity.type !== 'message') throw new TeamsError(400, 'BadSyntax', `Unknown activity type.`);
    const content = checked(activity);
    const answered = replyTo ? conversations.messageIn(conversation, replyTo)?.threadId : undefined;
    const thread = conversation.place === 'personal' ? undefined : (room.threadId ?? answered);
    const message = conversations.add(conversation, undefined, content, thread);
    screens.shown(conversation, message);
    return { status: 201, body: { id: message.id } };
  }

  function edit(conversation: Conversation, message: Message, activity: Json): Answer {
    Object.assign(message, checked(activity));
    message.edited = true;
    message.version += 1;
    conversations.dropOverlays(message);
    conversations.changed(conversation, { message });
    screens.shown(conversation, message);
    return { status: 200, body: { id: message.id } };
  }

  function remove(conversation: Conversation, message: Message): Answer {
    message.deleted = true;
    message.version += 1;
    conversations.changed(conversation, { message });
    return { status: 200 };
  }

  async function create(body: Json): Promise<Answer> {
    const channelData = (body.channelData ?? {}) as { channel?: { id?: string }; tenant?: { id?: string } };
    const tenant = (body.tenantId as string | undefined) ?? channelData.tenant?.id;
    if (tenant !== undefined && tenant !== parts.tenantId) throw forbidden('The bot is not installed in this tenant.');
    const activity = body.activity as Json | undefined;
    if (channelData.channel?.id !== undefined) {
      const { id } = channelData.channel;
      const channel = conversations.team.channelWith(id);
      if (!channel || !apps.inTeam) throw forbidden('The bot is not in this channel.');
      if (!activity) throw new TeamsError(400, 'BadSyntax', 'A new thread needs its first message.');
      const room = { conversation: conversations.channel(channel.place), threadId: undefined };
      const sent = send(room, activity).body as { id: string };
      return { status: 201, body: { id: `${channel.id};messageid=${sent.id}`, activityId: sent.id } };
    }
    const members = (Array.isArray(body.members) ? body.members : []) as { id?: string }[];
    if (members.length !== 1) throw new TeamsError(400, 'BadSyntax', 'A bot can only begin a chat with one person.');
    const person = await people.find(String(members[0]?.id ?? ''));
    if (!person || !apps.has(person)) throw forbidden("Bot is not installed in user's personal scope");
    const conversation = conversations.personal(person);
    const sent = activity && (send({ conversation, threadId: undefined }, activity).body as { id: string });
    return { status: 201, body: { id: conversation.id, ...(sent ? { activityId: sent.id } : {}) } };
  }

  function own(conversation: Conversation, id: string): Message {
    const message = conversations.messageIn(conversation, id);
    if (!message || message.deleted) throw new TeamsError(404, 'ActivityNotFoundInConversation', 'No such message.');
    if (message.author) throw forbidden("A bot can't change what others wrote.");
    return message;
  }

  return answer;
}

function checked(activity: Json): Content {
  if (Buffer.byteLength(JSON.stringify(activity), 'utf16le') > MESSAGE_LIMIT_BYTES) {
    throw new TeamsError(413, 'MessageSizeTooBig', 'Message size too large.');
  }
  const content = readContent(activity);
  if (!content.text && content.cards.length === 0 && content.files.length === 0 && !content.fileOffer) {
    throw new TeamsError(400, 'BadSyntax', 'A message needs a text or an attachment.');
  }
  return content;
}

function forbidden(message: string): TeamsError {
  return new TeamsError(403, 'ForbiddenOperationException', message);
}

function notInRoster(): TeamsError {
  return new TeamsError(403, 'BotNotInConversationRoster', 'The bot is not part of the conversation roster.');
}

function notAllowed(method: string): TeamsError {
  return new TeamsError(405, 'MethodNotAllowed', `${method} is not possible here.`);
}
