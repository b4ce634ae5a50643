import { z } from 'zod';
import type { Tone } from '../engine/states.ts';

/** Line breaks, marks that turn the direction of a text, and characters that nobody sees. */
const breaks = /[\r\n\t\u0085\u2028\u2029]+/g;
const unseen = /[\p{Cc}\u061C\u200B-\u200F\u202A-\u202E\u2060-\u2069\uFEFF]/gu;

/** One line, without what hides in it: names come from the directory and reasons from people. */
export function cleanText(text: string): string {
  return text.replace(breaks, ' ').replace(unseen, '').replace(/ {2,}/g, ' ');
}

/** A text that people read, from wherever it comes: what a card could take for Markdown is drawn as plain text. */
export const shown = z.string().transform(cleanText);

/** A text that a card takes as it is: a button's title, an input's value, an id. */
export const plain = z.string();

/** A state's color, in Adaptive Cards' words. */
export const tone: z.ZodType<Tone, Tone> = z.enum(['default', 'accent', 'good', 'warning', 'attention']);

export const count = (n: number, one: string, several = `${one}s`): string => `${n} ${n === 1 ? one : several}`;

/** “a, b and c” */
export const listed = (names: readonly string[]): string =>
  names.length < 2 ? names.join() : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;

/**
 * Whether any client could make something of it: a link, a list, a heading, emphasis, a mention or an entity. Teams for
 * iOS and Android shows most backslash escapes as they are, so there is no escaping it.
 */
export const couldBeMarkdown = (text: string): boolean =>
  /[\\`*_[\]~|<>]|&[#a-z][a-z0-9]*;|https?:\/\/|www\.|\{\{|^\s*([-+#]|\d+[.)])(\s|$)|\)([-+]|\d+\.)\s/iu.test(text);

/** Within a word, an underscore is nothing special. */
const splits =
  /(?<=\*)|(?<=(?<![a-z0-9])_)|(?<=_(?![a-z0-9]))|(?<=\])(?=\()|(?<=\{)(?=\{)|(?<=(?:^\s*|\))[-+])|(?<=(?:^\s*|\))\d+)(?=\.)/iu;
const mostPieces = 16;

/**
 * The same text in pieces that stay what they are in text runs. On Android and on desktops no run is taken for Markdown;
 * Teams for iOS reads each run as such, but by itself (DECISIONS 53). A text of nothing but marks would make a card too
 * large for Teams: it gets marks that look the same.
 */
export function pieces(text: string): string[] {
  const found = text.split(splits);
  if (found.length <= mostPieces) return found;
  return [text.replaceAll('*', '∗').replaceAll('_', '＿').replaceAll('](', '] (').replaceAll('{{', '{ {')];
}

const moment = /\b([A-Z][a-z]{2} \d{1,2}, \d{4}), (\d{2}:\d{2}) UTC\b/g;

/**
 * The moments in a sentence as each reader's own device writes them. Teams' clients know exactly this pattern: no
 * milliseconds, and no format for the time.
 */
export const inReadersTime = (text: string): string =>
  text.replace(moment, (words, day: string, time: string) => {
    const at = new Date(`${day} ${time} UTC`);
    if (Number.isNaN(at.getTime())) return words;
    const iso = `${at.toISOString().slice(0, 19)}Z`;
    return `{{DATE(${iso}, SHORT)}} {{TIME(${iso})}}`;
  });
