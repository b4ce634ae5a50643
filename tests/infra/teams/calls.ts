import assert from 'node:assert/strict';
import { UnsecuredJWT } from 'jose';
import { z } from 'zod';
import type { Place, SeatMessage, Teams } from '../../../infra/local/teams/server.ts';
import { CLIENT_ID, people, TENANT_ID } from './tinyBot.ts';

const token = new UnsecuredJWT({ appid: CLIENT_ID }).setAudience('https://api.botframework.com').encode();

/** What tests read of an answer; a list, as of members, has none of it. */
const body = z.looseObject({
  id: z.string().optional(),
  members: z.array(z.looseObject({ name: z.string(), tenantId: z.string() })).optional(),
  error: z.looseObject({ code: z.string() }).optional(),
});
const list = z.array(z.unknown()).transform((): z.output<typeof body> => ({}));

export interface Answer {
  status: number;
  retryAfter: string | null;
  body: z.output<typeof body>;
}

/** What a bot asks of the Bot Connector, without a bot, and what the page asks of the local Teams. */
export function callsTo(teams: () => Teams) {
  async function ask(method: string, path: string, sent?: unknown): Promise<Answer> {
    const answer = await fetch(`${teams().url}/v3/conversations${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(sent ? { body: JSON.stringify(sent) } : {}),
    });
    const read = await answer.text();
    const retryAfter = answer.headers.get('retry-after');
    return { status: answer.status, retryAfter, body: list.or(body).parse(read ? JSON.parse(read) : {}) };
  }
  const at = (chat: string, id?: string) =>
    `/${encodeURIComponent(chat)}/activities${id === undefined ? '' : `/${id}`}`;
  return {
    ask,
    create: (index: number) => ask('POST', '', { members: [{ id: people[index]!.id }], tenantId: TENANT_ID }),
    send: (chat: string) => ask('POST', at(chat), { type: 'message', text: 'hello' }),
    edit: (chat: string, id: string, change: Record<string, unknown>) =>
      ask('PUT', at(chat, id), { type: 'message', ...change }),
    async local(path: string, body: unknown): Promise<void> {
      const answer = await fetch(`${teams().url}/_local/${path}`, { method: 'POST', body: JSON.stringify(body) });
      assert.ok(answer.ok, await answer.text());
    },
    last: async (upn: string, place?: Place): Promise<SeatMessage> => (await teams().messages(upn, place)).at(-1)!,
  };
}
