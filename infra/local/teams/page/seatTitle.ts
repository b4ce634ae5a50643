import type { Channel, Place } from './api.ts';
import { avatar, h, icon } from './dom.ts';

/** What stands above a conversation. */
export function titleOf(place: Place, { botName, channels }: { botName: string; channels: Channel[] }): HTMLElement {
  const channel = channels.find((each) => each.place === place);
  return channel
    ? h('header', { class: 'title' }, teamPicture(), h('h2', {}, channel.title), kindOf(channel))
    : h('header', { class: 'title' }, avatar(botName, true), h('h2', {}, botName), h('span', { class: 'chip' }, 'App'));
}

export function teamPicture(): HTMLElement {
  return h('span', { class: 'avatar team', 'aria-hidden': 'true' }, 'IT');
}

/** Only what is not the usual kind is said, as Teams does. */
export function kindOf({ kind }: Channel): HTMLElement | undefined {
  if (kind === 'standard') return undefined;
  const words = { private: 'Private channel', shared: 'Shared channel' }[kind];
  return h('span', { class: 'kind', title: words }, icon(kind), h('span', { class: 'sr' }, words));
}
