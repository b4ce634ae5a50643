import { api } from './api.ts';
import { h } from './dom.ts';

/** Stands where one writes as long as this person lacks the app: the bot can't write to them either. */
export function appGate(botName: string, name: string, person: () => string): HTMLElement {
  const install = h('button', { type: 'button', class: 'button primary', 'data-app': 'install' }, `Install ${botName}`);
  install.addEventListener('click', async () => {
    install.disabled = true;
    await api.setApp(person(), true).catch(() => undefined);
    install.disabled = false;
  });
  const words = `${name} has not installed ${botName}: it can’t write to them, and they can’t write to it.`;
  return h('div', { class: 'gate' }, h('p', {}, words), install);
}

export function removeApp(botName: string, person: () => string): HTMLElement {
  const remove = h('button', { type: 'button', class: 'reply remove', 'data-app': 'remove' }, 'Uninstall');
  remove.title = `Takes ${botName} away from this person, as they or an admin may`;
  remove.addEventListener('click', () => void api.setApp(person(), false).catch(() => undefined));
  return remove;
}
