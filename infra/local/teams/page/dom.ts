type Attribute = string | number | boolean | undefined | ((event: never) => void);
type Child = Node | string | undefined | false;

/** Builds an element; a function becomes a listener, `false` and `undefined` leave an attribute out. */
export function h<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Record<string, Attribute> = {},
  ...children: Child[]
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') element.addEventListener(name, value as EventListener);
    else if (value !== undefined && value !== false) element.setAttribute(name, value === true ? '' : String(value));
  }
  element.append(...children.filter((child) => child !== undefined && child !== false));
  return element;
}

const paths = {
  send: 'M3.2 3.6 17 10 3.2 16.4l1.6-5.3 6.2-1.1-6.2-1.1z',
  attach: 'M13.9 6.6 8 12.5a1.6 1.6 0 0 0 2.3 2.3l6-6a3.2 3.2 0 0 0-4.6-4.6l-6 6a4.9 4.9 0 0 0 6.9 6.9l4.8-4.8',
  chat: 'M4 4h12a1.5 1.5 0 0 1 1.5 1.5v7A1.5 1.5 0 0 1 16 14H9l-4 3v-3H4a1.5 1.5 0 0 1-1.5-1.5v-7A1.5 1.5 0 0 1 4 4z',
  channel: 'M3 7h14M3 13h14M8 3 6.5 17M13.5 3 12 17',
  private: 'M5.5 9h9v7.5h-9zM7 9V6.5a3 3 0 0 1 6 0V9',
  shared:
    'M7 8.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5zM2.5 16c0-3 2-5 4.5-5s4.5 2 4.5 5M13.5 9a2 2 0 1 0 0-4M14 11.5c2 .2 3.5 1.9 3.5 4.5',
  close: 'M5 5l10 10M15 5 5 15',
  check: 'M5 10.5l3.4 3.4L15.5 6.5',
};

export function icon(name: keyof typeof paths): SVGSVGElement {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  svg.setAttribute('viewBox', '0 0 20 20');
  svg.setAttribute('aria-hidden', 'true');
  svg.setAttribute('class', `icon icon-${name}`);
  const path = document.createElementNS('http://www.w3.org/2000/svg', 'path');
  path.setAttribute('d', paths[name]);
  svg.append(path);
  return svg;
}

export function avatar(name: string, bot = false): HTMLElement {
  if (bot) return h('span', { class: 'avatar bot', 'aria-hidden': 'true' }, icon('check'));
  const words = name.match(/\p{L}[\p{L}'’-]*/gu) ?? ['?'];
  const initials = [words[0], words.length > 1 ? words.at(-1) : ''].map((word) => word?.[0] ?? '').join('');
  const hue = [...name].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 360, 7);
  return h('span', { class: 'avatar', style: `--hue:${hue}`, 'aria-hidden': 'true' }, initials.toUpperCase());
}
