import { z } from 'zod';

/**
 * A text that a card draws as Markdown. Names come from the directory and reasons from people, so everything that could
 * become a link, a list, a heading or a mention is escaped; our own sentences need no Markdown.
 */
export const shown = z.string().transform(escapeMarkdown);

/** A text that a card takes as it is: a button's title, an input's value, an id. */
export const plain = z.string();

export function escapeMarkdown(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replace(/[\\`*_[\]()#~|]/g, '\\$&')
    .replace(/^(\s*)([-+]|\d+[.)])(?=\s|$)/gm, '$1\\$2')
    .replace(/(https?):\/\//gi, '$1:\u200b//');
}

/** A state's color, in Adaptive Cards' words. */
export const tone = z.enum(['default', 'accent', 'good', 'warning', 'attention']);
export type Tone = z.output<typeof tone>;

export const count = (n: number, one: string, several = `${one}s`): string => `${n} ${n === 1 ? one : several}`;
