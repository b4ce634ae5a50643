import { createHash } from 'node:crypto';
import {
  type Activity,
  ActivityTypes,
  CardFactory,
  type ConversationParameters,
  type ConversationReference,
  type TurnContext,
} from 'botbuilder';
import { z } from 'zod';
import type { Refresh } from '../cards/card.ts';
import type { PlanAudience } from '../cards/planReview.ts';
import { type CaseView, readCaseView } from '../cases/caseView.ts';
import type { Roles } from '../cases/roles.ts';
import { type Runtime, transition } from '../engine/runtime.ts';
import { changeCase, findCase } from '../store/cases.ts';
import {
  changePost,
  ensurePost,
  findConversation,
  lastHeardFrom,
  type PostRow,
  readPosts,
  rememberConversation,
} from '../store/posts.ts';
import { approvalKind, contentOf, type PostContent, wantedKinds } from './casePosts.ts';
import type { Connector } from './connector.ts';
import { channel } from './door.ts';

export interface MessengerSettings {
  connector: Connector;
  runtime: Runtime;
  roles: Roles;
  clientId: string;
  tenantId: string;
}

const answerMs = 20_000;
const served = z.object({ serviceUrl: z.string() });
const known = z.object({ user: z.object({ id: z.string() }).nullish() });
const failed = z.object({ statusCode: z.number() });

/** Keeps every message about a case as it should be: sends those that are missing, edits those that have changed. */
export function startMessenger(settings: MessengerSettings): void {
  settings.runtime.dispatcher.work('show', (key) => showCase(settings, Number(key)));
}

async function showCase(settings: MessengerSettings, caseId: number): Promise<void> {
  const { runtime } = settings;
  const row = await findCase(runtime.db, caseId);
  if (row === undefined) return;
  const view = await readCaseView(runtime, row);
  const wanted = wantedKinds(view, runtime.clock.now());
  for (const kind of wanted.origin) await ensurePost(runtime.db, { case_id: caseId, kind, to_key: row.origin });
  const atOrigin = showPosts(settings, view, ({ to_key }) => to_key === row.origin);
  const atApprovers = showApprovers(settings, view, wanted.approvers);
  await allOf([atOrigin, atApprovers]);
}

/** One chat that can't be written to must not keep the others waiting; the dispatcher comes back for it. */
async function allOf(chats: Promise<void>[]): Promise<void> {
  const failure = (await Promise.allSettled(chats)).find((one) => one.status === 'rejected');
  if (failure !== undefined) throw failure.reason;
}

/** What they were sent before is kept up to date, also when there is nothing new for them. */
async function showApprovers(settings: MessengerSettings, view: CaseView, kinds: string[]): Promise<void> {
  const { row } = view;
  for (const to of kinds.length === 0 ? [] : await approverKeys(settings, view)) {
    for (const kind of kinds) await ensurePost(settings.runtime.db, { case_id: row.id, kind, to_key: to });
  }
  await showPosts(settings, view, ({ to_key }) => to_key !== row.origin);
}

/** Whoever was asked to approve hears the rest too; the list is made once a plan. */
async function approverKeys({ runtime, roles }: MessengerSettings, view: CaseView): Promise<string[]> {
  const { row } = view;
  const posts = await readPosts(runtime.db, row.id);
  const told = [...new Set(posts.filter(({ kind }) => kind.startsWith('approval:')).map(({ to_key }) => to_key))];
  if (row.state !== 'awaiting-approval' || posts.some(({ kind }) => kind === approvalKind(view))) return told;
  const able = (await roles.approvers()).filter(({ id }) => id !== row.requester_id && id !== row.subject_id);
  if (able.length < view.approvalsNeeded) {
    const note = `The approvers’ group has ${able.length === 0 ? 'nobody' : 'too few people'} who could agree: it takes ${view.approvalsNeeded} besides the requester and the person leaving. Ask your Signoff admin to add somebody; then cancel and ask again.`;
    if (row.note !== note) {
      await transition(runtime, row.id, (tx) =>
        changeCase(tx, row.id, ['awaiting-approval'], { note }, runtime.clock.now()),
      );
    }
  }
  return [...new Set([...told, ...able.map(({ id }) => `user:${id}`)])];
}

async function showPosts(
  settings: MessengerSettings,
  view: CaseView,
  which: (post: PostRow) => boolean,
): Promise<void> {
  const posts = (await readPosts(settings.runtime.db, view.row.id)).filter(
    (post) => which(post) && post.unreachable === 0,
  );
  const order = ['plan', 'approval', 'stage', 'reminder', 'report', 'notice'];
  const rank = (post: PostRow) =>
    order.indexOf(post.kind.split(':')[0] ?? '') * 100 + Number(post.kind.split(':')[1] ?? 0);
  const chats = new Map<string, PostRow[]>();
  for (const post of posts.sort((a, b) => rank(a) - rank(b)))
    chats.set(post.to_key, [...(chats.get(post.to_key) ?? []), post]);
  await allOf([...chats.values()].map((chat) => showChat(settings, view, chat)));
}

async function showChat(settings: MessengerSettings, view: CaseView, posts: PostRow[]): Promise<void> {
  const { runtime } = settings;
  for (const post of posts) {
    const content = contentOf(view, post.kind, ...(await audienceOf(settings, view, post)));
    const hash = createHash('sha256').update(JSON.stringify(content)).digest('hex');
    if (post.activity_id !== null && post.shown_hash === hash) continue;
    const heardFrom = await lastHeardFrom(runtime.db, post.to_key);
    try {
      const sent = await deliver(settings, view.row.origin, post, content);
      await changePost(runtime.db, post, { ...sent, shown_hash: hash, failures: 0 });
    } catch (error) {
      const status = failed.safeParse(error).data?.statusCode;
      // Blocked, uninstalled or gone: nothing that trying again would mend.
      const gone = status === 403 || status === 404;
      const unreachable = gone && (await giveUpOn(settings, post, heardFrom));
      if (!unreachable) await changePost(runtime.db, post, { failures: post.failures + 1 });
      runtime.log.warn({ error, caseId: view.row.id, kind: post.kind, status }, 'a message could not be delivered');
      if (!unreachable) throw error;
    }
  }
}

/** Unless they installed Signoff (or wrote to it) just while it failed: then nothing would tell us again. */
async function giveUpOn({ runtime }: MessengerSettings, post: PostRow, heardFrom: string | null): Promise<boolean> {
  return runtime.db.transaction().execute(async (tx) => {
    const unreachable = (await lastHeardFrom(tx, post.to_key)) === heardFrom;
    if (unreachable) await changePost(tx, post, { failures: post.failures + 1, unreachable: 1 });
    return unreachable;
  });
}

/** In a personal chat the card is made for its reader; in a channel everybody sees the same, and Teams fetches role views. */
async function audienceOf(
  { runtime }: MessengerSettings,
  view: CaseView,
  post: PostRow,
): Promise<[PlanAudience, Refresh?]> {
  const { row } = view;
  if (post.to_key.startsWith('user:')) return [post.to_key === `user:${row.requester_id}` ? 'requester' : 'approver'];
  const people = (await readPosts(runtime.db, row.id))
    .filter(({ to_key }) => to_key.startsWith('user:'))
    .map(({ to_key }) => to_key);
  const userIds: string[] = [];
  for (const key of new Set([`user:${row.requester_id}`, ...people])) {
    const references = [key, key.replace(/^user:/, 'seen:')].map((one) => findConversation(runtime.db, one));
    const [id] = (await Promise.all(references)).flatMap((one) => known.safeParse(one).data?.user?.id ?? []);
    if (id !== undefined) userIds.push(id);
  }
  return ['everyone', { caseId: row.id, userIds }];
}

export function toActivity(content: PostContent): Partial<Activity> {
  if ('text' in content) return { type: ActivityTypes.Message, text: content.text, textFormat: 'plain' };
  return {
    type: ActivityTypes.Message,
    summary: content.card.summary,
    attachments: [CardFactory.adaptiveCard(content.card.content)],
  };
}

async function deliver(
  settings: MessengerSettings,
  origin: string,
  post: PostRow,
  content: PostContent,
): Promise<{ activity_id: string; conversation_id: string }> {
  const message = toActivity(content);
  let sent = { activity_id: post.activity_id ?? '', conversation_id: post.conversation_id ?? '' };
  await inConversation(settings, post.to_key, origin, async (context) => {
    if (post.activity_id !== null) {
      await context.updateActivity({ ...message, id: post.activity_id });
      return;
    }
    const response = await context.sendActivity(message);
    sent = { activity_id: response?.id ?? '', conversation_id: context.activity.conversation.id };
  });
  return sent;
}

/** Speaks in a conversation we know, or opens the personal chat at the Bot Connector that brought the case: it has one a region. */
async function inConversation(
  settings: MessengerSettings,
  key: string,
  origin: string,
  speak: (context: TurnContext) => Promise<void>,
): Promise<void> {
  const { connector, runtime, clientId, tenantId } = settings;
  const reference = await findConversation(runtime.db, key);
  if (reference !== undefined) {
    await within(
      answerMs,
      connector.continueConversationAsync(clientId, reference as Partial<ConversationReference>, speak),
    );
    return;
  }
  const { serviceUrl } = served.parse(await findConversation(runtime.db, origin));
  const member = { id: key.replace(/^user:/, ''), name: '' };
  const parameters = {
    isGroup: false,
    bot: { id: `28:${clientId}`, name: 'Signoff' },
    members: [member],
    tenantId,
    channelData: { tenant: { id: tenantId } },
  };
  await within(
    answerMs,
    connector.createConversationAsync(
      clientId,
      channel,
      serviceUrl,
      'https://api.botframework.com',
      // The type asks for a first message as well; Teams takes none.
      parameters as ConversationParameters,
      async (context) => {
        const { activity } = context;
        const found = {
          conversation: activity.conversation,
          serviceUrl: activity.serviceUrl || serviceUrl,
          channelId: channel,
          bot: parameters.bot,
        };
        await rememberConversation(runtime.db, key, found, runtime.clock.now());
        await speak(context);
      },
    ),
  );
}

/** The library waits for ever. */
async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`Teams did not answer within ${ms / 1000} s`)), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
