import type { Channel, Link, Mention, Person, Place, SeatMessage } from '../types.ts';

export type { Channel, Link, Mention, Person, Place, SeatMessage };

/** Names this window, so that the server knows which seats go dark when it closes. */
export const client = crypto.randomUUID();

async function ask<T>(path: string, body?: unknown): Promise<T> {
  const answer = await fetch(path, {
    method: body === undefined ? 'GET' : 'POST',
    ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  });
  const text = await answer.text();
  const read = text ? JSON.parse(text) : undefined;
  if (!answer.ok) throw new Error(read?.error?.message ?? `The server answered ${answer.status}.`);
  return read as T;
}

const query = (values: Record<string, string>) => new URLSearchParams(values).toString();

export const api = {
  about: () => ask<{ botName: string; channels: Channel[]; now: number | undefined }>('/_local/about'),
  moveOn: (ms: number) => ask<{ now: number }>('/_local/clock', { ms }),
  everyone: () => ask<Person[]>('/_local/everyone'),
  search: (text: string) => ask<Person[]>(`/_local/people?${query({ search: text })}`),
  messages: (person: string, conversation: Place) =>
    ask<SeatMessage[]>(`/_local/messages?${query({ person, conversation })}`),
  look: (seat: number, person: string, conversation: Place) =>
    ask<void>('/_local/look', { client, seat, person, conversation }),
  say: (words: {
    person: string;
    conversation: Place;
    text: string;
    mentions: Mention[];
    links: Link[];
    files: { name: string; content: string }[];
    replyTo: string | undefined;
  }) => ask<unknown>('/_local/say', words),
  hasApp: async (person: string) => (await ask<{ installed: boolean }>(`/_local/app?${query({ person })}`)).installed,
  setApp: (person: string, installed: boolean) => ask<void>('/_local/app', { person, installed }),
  tap: (person: string, { id, conversation }: SeatMessage, action: unknown) =>
    ask<unknown>('/_local/tap', { person, messageId: id, conversation, action }),
  answerFileOffer: (person: string, messageId: string, answer: 'accept' | 'decline') =>
    ask<void>('/_local/file-offer', { person, messageId, answer }),
};
