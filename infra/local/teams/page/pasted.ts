import type { Link } from './api.ts';

export interface Pasted {
  text: string;
  links: Link[];
}

/** Reads what was copied from a contact or a page: its words, and where they lead. Null when they lead nowhere. */
export function readPasted(clipboard: DataTransfer | null): Pasted | null {
  const html = clipboard?.getData('text/html');
  if (!html) return null;
  const { body } = new DOMParser().parseFromString(html, 'text/html');
  const links = [...body.querySelectorAll('a')]
    .map((anchor) => ({ text: words(anchor), href: anchor.getAttribute('href') ?? '' }))
    .filter(({ text, href }) => text !== '' && /^(mailto|https?):/i.test(href));
  return links.length > 0 ? { text: words(body), links } : null;
}

const words = (element: Element): string => (element.textContent ?? '').replace(/\s+/g, ' ').trim();
