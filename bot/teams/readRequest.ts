import type { Activity } from 'botbuilder';
import { decodeHTML } from 'entities';
import { z } from 'zod';
import type { Place } from '../commands/command.ts';
import { Refusal } from '../errors.ts';

const mention = z.object({
  type: z.literal('mention'),
  text: z.string(),
  mentioned: z.object({ id: z.string(), aadObjectId: z.string().optional() }),
});
const said = z.object({
  text: z.string().nullish(),
  value: z.unknown().optional(),
  from: z.object({ id: z.string(), name: z.string().nullish(), aadObjectId: z.string() }),
  recipient: z.object({ id: z.string() }),
  conversation: z.object({ id: z.string(), conversationType: z.string().nullish() }),
  entities: z.array(z.unknown()).nullish(),
  channelData: z
    .object({ channel: z.object({ type: z.string().nullish() }).nullish() })
    .nullish()
    .catch(null),
  attachments: z.array(z.unknown()).nullish(),
});
const html = z.object({ contentType: z.literal('text/html'), content: z.string() });
const action = z.object({
  action: z.object({
    type: z.literal('Action.Execute'),
    verb: z.string().max(60),
    data: z.record(z.string(), z.unknown()).optional(),
  }),
  trigger: z.string().optional().catch(undefined),
});

/** Far more than a command needs; less than what could keep a regular expression busy. */
const longestText = 5000;

export interface Said {
  /** Teams leaves the name out at times. */
  actor: { id: string; name: string | null };
  origin: string;
  personal: boolean;
  place: Place;
  /** Without the @mention of the bot, and with the people's mentions taken out. */
  text: string;
  /** Ids of people mentioned: Teams' own (`29:…`) or object ids. */
  mentioned: string[];
}

export function readSaid(activity: Activity): Said {
  const { text, from, recipient, conversation, entities, channelData, attachments } = said.parse(activity);
  const personal = conversation.conversationType === 'personal';
  const id = from.aadObjectId.toLowerCase();
  const result = {
    actor: { id, name: from.name ?? null },
    origin: personal ? `user:${id}` : `channel:${conversation.id}`,
    personal,
    place: placeOf(conversation.conversationType, channelData?.channel?.type),
  };
  if ((text ?? '').length > longestText)
    throw new Refusal('too-long', 'That is too long for a command. Type “help” to see what can be said.');
  let words = text ?? '';
  const mentioned: string[] = [];
  for (const entity of entities ?? []) {
    const one = mention.safeParse(entity);
    if (!one.success) continue;
    words = words.replace(one.data.text, ' ');
    const id = one.data.mentioned.aadObjectId ?? one.data.mentioned.id;
    if (one.data.mentioned.id !== recipient.id && !mentioned.includes(id)) mentioned.push(id);
  }
  return { ...result, text: withAddresses(decode(words), attachments ?? []), mentioned };
}

const longestHtml = 40_000;
const mostContacts = 20;
const mailLink =
  /<a\b[^<>]{0,500}?\bhref\s?=\s?["']mailto:([^"'?<>\s]{3,200})(?:\?[^"'<>]{0,300})?["'][^<>]{0,500}>([^<]{1,200})<\/a>/gi;

/**
 * A contact that is pasted has only its name in the text; its address stands in a link of the same words as HTML. It says
 * who is meant, and nothing of who asks.
 */
function withAddresses(text: string, attachments: readonly unknown[]): string {
  let words = text;
  for (const attachment of attachments) {
    const read = html.safeParse(attachment);
    if (!read.success || read.data.content.length > longestHtml) continue;
    for (const [, link = '', label = ''] of [...read.data.content.matchAll(mailLink)].slice(0, mostContacts)) {
      const [address, name] = [unescaped(decode(link)), decode(label)];
      if (address === null || !/^[^\s@<>,;]+@[^\s@<>,;]+$/.test(address) || name === '' || name.includes('@')) continue;
      words = words.replace(wholeWords(name), () => address);
    }
  }
  return words;
}

/** “Ann” is no part of “Annabel”. */
const wholeWords = (name: string): RegExp =>
  new RegExp(`(?<![\\p{L}\\p{N}])${name.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')}(?![\\p{L}\\p{N}])`, 'u');

function unescaped(link: string): string | null {
  // What is no such code is no address either.
  return /%(?![0-9a-f]{2})/i.test(link) || /%[89a-f]/i.test(link) ? null : decodeURIComponent(link);
}

/** The verb and data of a tapped button, and whether Teams asked by itself in place of somebody who tapped. @throws Refusal */
export function readTap(activity: Activity): { verb: string; data: Record<string, unknown>; automatic: boolean } {
  const read = action.safeParse(activity.value);
  if (!read.success)
    throw new Refusal('button', 'This button is not one that Signoff can use. Type “help” to see what can be said.');
  const { action: tapped, trigger } = read.data;
  return { verb: tapped.verb, data: tapped.data ?? {}, automatic: trigger === 'automatic' };
}

/** Teams encodes what people type. */
const decode = (text: string): string => decodeHTML(text).replaceAll('\u00a0', ' ').trim();

/** Teams does not always say of what kind a channel is: most are standard, and who reads it is looked at before a case goes there. */
function placeOf(conversationType: string | null | undefined, channelType: string | null | undefined): Place {
  if (conversationType === 'personal') return 'personal';
  if (conversationType === 'groupChat') return 'group';
  return channelType === 'private' || channelType === 'shared' ? channelType : 'standard';
}
