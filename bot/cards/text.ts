import { z } from 'zod';
import type { Tone } from '../engine/states.ts';

/**
 * A text that a card draws as Markdown. Names come from the directory and reasons from people, so everything that could
 * become a link, a list, a heading or a mention is escaped; our own sentences need no Markdown.
 */
export const shown = z.string().transform(escapeMarkdown);

/** A text that a card takes as it is: a button's title, an input's value, an id. */
export const plain = z.string();

/** Line breaks, marks that turn the direction of a text, and characters that nobody sees. */
const breaks = /[\r\n\t\u0085\u2028\u2029]+/g;
const unseen = /[\p{Cc}\u061C\u200B-\u200F\u202A-\u202E\u2060-\u2069\uFEFF]/gu;

/** One line, without what hides in it: names come from the directory and reasons from people. */
export function cleanText(text: string): string {
  return text.replace(breaks, ' ').replace(unseen, '').replace(/ {2,}/g, ' ');
}

export function escapeMarkdown(text: string): string {
  return cleanText(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replace(/[\\`*_[\]()#~|]/g, '\\$&')
    .replace(/^(\s*)([-+]|\d+[.)])(?=\s|$)/g, '$1\\$2');
}

/** A state's color, in Adaptive Cards' words. */
export const tone: z.ZodType<Tone, Tone> = z.enum(['default', 'accent', 'good', 'warning', 'attention']);

export const count = (n: number, one: string, several = `${one}s`): string => `${n} ${n === 1 ? one : several}`;
