import { Refusal } from '../errors.ts';
import type { Words } from './command.ts';

/** Whom a sentence means, and what it says of how. */
export interface Whom {
  /** Addresses, names or object ids, one for each. */
  people: string[];
  /** All that was written as one name, where it could be: a name may have a comma or a weekday in it. */
  whole: string | null;
  urgent: boolean;
  /** It is known that they were offboarded before. */
  again: boolean;
  /** When it is to be, in the words that were written. */
  when: string | null;
}

const like = 'like “offboard jane@contoso.com”.';
const longest = 200;

const day = '(?:mon|tues|wednes|thurs|fri|satur|sun)day';
const month =
  '(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)';
const moments = [
  '\\d{4}-\\d{1,2}-\\d{1,2}(?:T[\\d:.]+Z?)?',
  '\\d{1,2}[./]\\d{1,2}(?:[./](?:\\d{4}|\\d{2})?)?',
  `${month}\\.? \\d{1,2}(?:st|nd|rd|th)?(?:,? \\d{4})?`,
  `\\d{1,2}(?:st|nd|rd|th|\\.)? (?:of )?${month}(?: \\d{4})?`,
  '\\d{1,2}:\\d{2}(?: ?[ap]\\.?m)?(?: ?utc)?',
  "\\d{1,2} ?(?:[ap]\\.?m|o[’']clock)",
  '(?:\\d+|an?|one|two|three|half an) ?(?:minute|min|hour|h|day|week|month)s?',
  '(?:next|this|coming) (?:week|weekend|month|year|morning|afternoon|evening)',
  `(?:(?:next|this|coming) )?${day}(?: (?:morning|afternoon|evening|night))?`,
  '(?:the )?end of (?:the )?(?:day|week|month|year|business)',
  'tomorrow(?: (?:morning|afternoon|evening|night))?|tonight|today|later|noon|midnight|eod',
].join('|');
const moment = `(?:(?:on|at|by|in|from|until|before|after|starting|effective|as of) )*(?:${moments})`;
const dateAtEnd = new RegExp(`(?:^|[\\s,]+)(${moment}(?:[\\s,]+${moment})*)$`, 'i');
const urgentAtEnd = /(?:^|[\s,]+)urgent(?:ly)?\s*!*$/i;
const again = /^again\s+|(?:^|[\s,]+)again$/i;
const between = /\s*(?:[,;&]|\band\b)\s*/i;
const address = /[^\s<>,;]+@[^\s<>,;]+/g;

/** @throws Refusal when nobody is named, or in a way that can't be read */
export function readWhom({ text, mentioned }: Words): Whom {
  let words = text.trim();
  const found = { urgent: false, again: false, when: null as string | null };
  let named = words;
  for (let before = ''; before !== words; ) {
    before = words;
    if (urgentAtEnd.test(words)) found.urgent = true;
    words = words.replace(urgentAtEnd, '');
    if (again.test(words)) found.again = true;
    words = words.replace(again, '').trim();
    if (found.when === null) named = words;
    const date = dateAtEnd.exec(words);
    if (date === null) continue;
    found.when = [date[1], found.when].filter(Boolean).join(' ');
    words = words.slice(0, date.index).trim();
  }
  const written = namesIn(words, mentioned.length);
  const people = [...mentioned, ...written];
  const couldBeOne = mentioned.length === 0 && !named.includes('@') && (found.when !== null || written.length > 1);
  if (people.length === 0 && !couldBeOne) throw new Refusal('whom', `Whom? Write an address or a name, ${like}`);
  return { people, whole: couldBeOne ? named : null, ...found };
}

function namesIn(words: string, mentions: number): string[] {
  const text = words.replaceAll('mailto:', '');
  const inBrackets = text.match(/<\s*[^<>\s]+@[^<>\s]+\s*>/g) ?? [];
  // “Miller, Jane <jane@contoso.com>” is one person, though there is a comma.
  const [only] = inBrackets;
  const addresses = text.match(address) ?? [];
  if (only !== undefined && inBrackets.length === 1 && addresses.length === 1) return [readable(only.slice(1, -1))];
  const plain = text.replace(/(?:"[^"<>]*"\s*|[^<>;,"]*)<\s*([^<>\s]+@[^<>\s]+)\s*>/g, ' $1,');
  // Beside a mention, words that name nobody else only say why.
  if (mentions > 0 && !between.test(plain) && addresses.length === 0) return [];
  const names = plain.split(between).flatMap((part) => {
    const several = part.match(address) ?? [];
    return several.length > 1 ? several : [part];
  });
  return [...new Set(names.map((name) => name.trim()).filter(Boolean))].map(readable);
}

/** @throws Refusal */
function readable(name: string): string {
  if (/[<>]/.test(name))
    throw new Refusal('formatting', `Write the address or the name as plain text, without formatting, ${like}`);
  if (name.length > longest)
    throw new Refusal('too-long', `That is too long for a name or an address. Write just that, ${like}`);
  return name.trim();
}
