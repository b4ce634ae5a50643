import type { Channel, Place, SeatMessage } from './api.ts';
import { avatar, h } from './dom.ts';
import { MessageList } from './messageList.ts';
import type { MessageContext } from './messageView.ts';

/** A list for each conversation that a seat can show; only posts in a channel can be replied to. */
export function conversationLists(
  { botName, channels }: { botName: string; channels: Channel[] },
  context: MessageContext & { reply: (message: SeatMessage) => void },
): Map<Place, MessageList> {
  const empty = (...children: (Node | string)[]) => h('div', { class: 'empty' }, ...children);
  const greeting = empty(avatar(botName, true), h('p', {}, `Say hello to ${botName}: try “help”.`));
  const quiet = () => empty(h('p', {}, `Nothing was posted yet. Mention @${botName} to be heard.`));
  const chat = new MessageList(`Chat with ${botName}`, greeting, { ...context, reply: undefined });
  const posts = channels.map(
    ({ place, title }) => [place, new MessageList(`Posts in ${title}`, quiet(), context)] as const,
  );
  return new Map<Place, MessageList>([['personal', chat], ...posts]);
}
