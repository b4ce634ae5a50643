import type { Activity } from 'botbuilder';
import { decodeHTML } from 'entities';
import { z } from 'zod';
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
});
const action = z.object({
  action: z.object({
    type: z.literal('Action.Execute'),
    verb: z.string().max(60),
    data: z.record(z.string(), z.unknown()).optional(),
  }),
});

/** Far more than a command needs; less than what could keep a regular expression busy. */
const longestText = 5000;

export interface Said {
  actor: { id: string; name: string };
  origin: string;
  personal: boolean;
  /** Without the @mention of the bot, and with the people's mentions taken out. */
  text: string;
  /** Ids of people mentioned: Teams' own (`29:…`) or object ids. */
  mentioned: string[];
}

export function readSaid(activity: Activity): Said {
  const { text, from, recipient, conversation, entities } = said.parse(activity);
  const personal = conversation.conversationType === 'personal';
  const id = from.aadObjectId.toLowerCase();
  const result = {
    actor: { id, name: from.name ?? 'somebody' },
    origin: personal ? `user:${id}` : `channel:${conversation.id}`,
    personal,
  };
  if ((text ?? '').length > longestText)
    throw new Refusal('too-long', 'That is too long for a command. Type “help” to see what can be said.');
  let words = text ?? '';
  const mentioned: string[] = [];
  for (const entity of entities ?? []) {
    const one = mention.safeParse(entity);
    if (!one.success) continue;
    words = words.replace(one.data.text, ' ');
    if (one.data.mentioned.id !== recipient.id) mentioned.push(one.data.mentioned.aadObjectId ?? one.data.mentioned.id);
  }
  return { ...result, text: decode(words), mentioned };
}

/** The verb and data of a tapped button. @throws Refusal */
export function readTap(activity: Activity): { verb: string; data: Record<string, unknown> } {
  const read = action.safeParse(activity.value);
  if (!read.success)
    throw new Refusal('button', 'This button is not one that Signoff can use. Type “help” to see what can be said.');
  return { verb: read.data.action.verb, data: read.data.action.data ?? {} };
}

/** Teams encodes what people type. */
const decode = (text: string): string => decodeHTML(text).replaceAll('\u00a0', ' ').trim();
