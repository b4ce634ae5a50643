import type { TurnContext } from 'botbuilder';
import { spoken } from '../cards/help.ts';
import { chatOf } from '../cases/audience.ts';
import type { CaseDesk } from '../cases/cases.ts';
import { ensurePosts, readPosts, recordSent } from '../store/posts.ts';
import { toActivity } from './outbox.ts';

const topic = 'welcome';

/** Greets whoever has just got Signoff: each person and each chat once, however often it is installed. */
export function welcomer({ runtime: { db }, roles }: CaseDesk): (context: TurnContext) => Promise<void> {
  return async (context) => {
    const { from, conversation } = context.activity;
    const id = from.aadObjectId?.toLowerCase();
    const personal = conversation.conversationType === 'personal';
    if (personal && id === undefined) return;
    const toKey = personal && id !== undefined ? chatOf(id) : `channel:${conversation.id}`;
    const post = { topic, kind: topic, toKey, copy: 0 };
    const told = (await readPosts(db, topic)).some((one) => one.toKey === toKey && one.activityId !== null);
    if (told) return;
    const content = personal && id !== undefined ? { card: await cardFor(id) } : { text: amongOthers };
    await ensurePosts(db, topic, [{ to: toKey, kind: topic }]);
    const sent = await context.sendActivity(toActivity(content));
    const conversationId = conversation.id.split(';')[0] ?? '';
    await recordSent(db, post, { activityId: sent?.id ?? '', conversationId }, null);
  };

  async function cardFor(id: string) {
    const held = await roles.of({ id });
    const admins = held.size > 0 ? [] : await roles.holders('admin');
    return spoken(
      'welcome',
      held,
      admins.map(({ name }) => name),
    );
  }
}

const amongOthers =
  'Signoff takes people and partners out of Microsoft 365 when they leave. Write “@Signoff help” to see what can be said.';
