import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../local/freePort.ts';
import { type Rehearsal, startRehearsal } from '../local/rehearsal.ts';
import type { SeatMessage } from '../local/teams/types.ts';
import { tenantFileWithPartners } from '../local/tenant/seed.ts';
import type { User } from '../local/tenant/seedSchema.ts';
import { type AttackKeys, publishKeys } from './keys.ts';
import { lookedInto, type Memory, memoryOf } from './memory.ts';

export const people = {
  requester: 'hana@contoso.com',
  approver: 'arno@contoso.com',
  second: 'priya@contoso.com',
  /** An admin who approves nothing, so that nothing but answers comes to them. */
  admin: 'marguerite@contoso.com',
  former: 'sofia@contoso.com',
  outsider: 'tess@contoso.com',
  subject: 'jane@contoso.com',
  successor: 'luca@contoso.com',
  guest: 'kwame@contoso.com',
  blocked: 'bjarne@contoso.com',
  /** People of a partner that is to be removed: somebody whom it gave an account here, and a guest. */
  theirs: 'katarzyna@contoso.com',
  theirGuest: 'beatriz.soler_treyresearch.net#EXT#@contoso.onmicrosoft.com',
} as const;
export type Person = keyof typeof people;

export type Json = Record<string, unknown>;

export interface Answer {
  status: number;
  headers: string;
  text: string;
}

export interface World extends Rehearsal, AsyncDisposable {
  url: string;
  keys: AttackKeys;
  memory(): Promise<Memory>;
  user(person: Person): User;
  /** A message of the requester as Teams sends it; fields that are given replace its own, `undefined` leaves one out. */
  activity(change?: Json): Json;
  knock(body: unknown, headers?: Record<string, string>): Promise<Answer>;
  /** A request that is signed as those of Teams are. */
  deliver(activity: Json): Promise<Answer>;
  /** Says something, and waits for the answer. */
  ask(person: Person, sentence: string): Promise<SeatMessage>;
}

export async function startWorld(): Promise<World> {
  const folder = mkdtempSync(join(tmpdir(), 'signoff-attack-'));
  const [port, inside] = [await freePort(), await freePort()];
  // The keys are asked for only once both are up.
  let rehearsal: Rehearsal | undefined;
  const here = (): Rehearsal => {
    if (rehearsal === undefined) throw new Error('The rehearsal has not started');
    return rehearsal;
  };
  const keys = await publishKeys(
    async () => {
      const answer = await fetch(`${here().teams.url}/openid/keys`);
      return ((await answer.json()) as { keys: unknown[] }).keys;
    },
    () => ({
      iss: 'https://api.botframework.com',
      aud: here().tenant.data.signoff.clientId,
      serviceurl: here().teams.serviceUrl,
      nbf: Math.floor(Date.now() / 1000) - 60,
      exp: Math.floor(Date.now() / 1000) + 3600,
    }),
  );
  const environment = { BOT_OPENID_URL: keys.openIdUrl, EXCHANGE: 'off', NODE_OPTIONS: lookedInto(inside) };
  rehearsal = await startRehearsal({
    folder,
    port,
    databaseUrl: `file:${join(folder, 'signoff.db')}`,
    tenantFile: tenantFileWithPartners,
    environment,
  });
  const { tenant, teams, bot } = rehearsal;
  const { clientId, tenantId } = tenant.data.signoff;
  const url = `http://127.0.0.1:${port}/api/messages`;
  const user = (person: Person): User => {
    const found = tenant.data.users.find(({ userPrincipalName }) => userPrincipalName === people[person]);
    if (found === undefined) throw new Error(`The tenant has no ${people[person]}`);
    return found;
  };

  let conversationId = '';
  const world: World = {
    ...rehearsal,
    url,
    keys,
    memory: () => memoryOf(bot.pid ?? 0, inside),
    user,
    activity: (change = {}) => ({
      type: 'message',
      id: randomUUID(),
      text: 'cases all',
      channelId: 'msteams',
      serviceUrl: teams.serviceUrl,
      from: { id: '29:hana', name: 'Hana Okafor', aadObjectId: user('requester').id },
      recipient: { id: `28:${clientId}`, name: 'Signoff' },
      conversation: { id: conversationId, conversationType: 'personal', tenantId },
      channelData: { tenant: { id: tenantId } },
      ...change,
    }),
    async knock(body, headers = {}) {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: typeof body === 'string' || body instanceof Uint8Array ? Buffer.from(body) : JSON.stringify(body),
        signal: AbortSignal.timeout(10_000),
      });
      return {
        status: response.status,
        headers: [...response.headers].map((pair) => pair.join(': ')).join('\n'),
        text: await response.text(),
      };
    },
    deliver: async (activity) => world.knock(activity, { authorization: `Bearer ${await keys.sign({})}` }),
    async ask(person, sentence) {
      const before = new Set((await teams.messages(people[person])).map(({ id }) => id));
      await teams.say(people[person], sentence);
      return teams.waitFor(people[person], ({ id, from }) => from.bot && !before.has(id), 10_000);
    },
    async [Symbol.asyncDispose]() {
      bot.kill();
      if (bot.exitCode === null) await once(bot, 'exit');
      keys.close();
      await teams.close();
      await tenant.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  conversationId = (await world.ask('requester', 'help')).conversationId;
  return world;
}
