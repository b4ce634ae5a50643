import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../local/freePort.ts';
import { type Rehearsal, startRehearsal } from '../local/rehearsal.ts';
import { openSeat, type Seat } from './seat.ts';

/** A call to the tenant, and when its answer was on its way, by this process's own clock. */
export interface Call {
  method: string;
  path: string;
  status: number;
  inBatch: boolean;
  /** Milliseconds, as performance.now() counts. */
  answeredAt: number;
  /** The cmdlet of a call to Exchange. */
  cmdlet: string | null;
}

export interface World extends Rehearsal, AsyncDisposable {
  calls: Call[];
  helpdesk: Seat;
  approver: Seat;
  /** A token such as the bot has, for what is measured beside it. */
  signIn(): Promise<{ token: string; url: string }>;
  /** When such a call was answered for the last of so many times, from now on. */
  answered(is: (call: Call) => boolean, times?: number): Promise<number>;
}

/** The real bot in a process of its own, between a local Microsoft 365 that is `latencyMs` away and a local Teams. */
export async function startWorld(latencyMs: number): Promise<World> {
  const folder = mkdtempSync(join(tmpdir(), 'signoff-bench-'));
  const calls: Call[] = [];
  const listeners = new Set<(call: Call) => void>();
  const rehearsal = await startRehearsal({
    folder,
    port: await freePort(),
    databaseUrl: `file:${join(folder, 'signoff.db')}`,
    onExchange({ method, path, status, inBatch, requestBody }) {
      const cmdlet = /"CmdletName":"([^"]+)"/.exec(JSON.stringify(requestBody ?? ''))?.[1] ?? null;
      const call = { method, path, status, inBatch, cmdlet, answeredAt: performance.now() };
      calls.push(call);
      for (const listener of listeners) listener(call);
    },
  });
  const { tenant, teams, bot } = rehearsal;
  tenant.setLatency({ ms: latencyMs });

  return {
    ...rehearsal,
    calls,
    helpdesk: await openSeat(teams, 'hana@contoso.com'),
    approver: await openSeat(teams, 'arno@contoso.com'),
    async signIn() {
      const { tenantId, clientId } = tenant.data.signoff;
      const answer = await fetch(`${tenant.url}/${tenantId}/oauth2/v2.0/token`, {
        method: 'POST',
        body: new URLSearchParams({
          grant_type: 'client_credentials',
          client_id: clientId,
          scope: 'https://graph.microsoft.com/.default',
          client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
          client_assertion: tenant.mintAssertion(),
        }),
      });
      const { access_token: token } = (await answer.json()) as { access_token: string };
      return { token, url: tenant.url };
    },
    answered: (is, times = 1) =>
      new Promise((resolve) => {
        let left = times;
        const hear = (call: Call) => {
          if (!is(call) || --left > 0) return;
          listeners.delete(hear);
          resolve(call.answeredAt);
        };
        listeners.add(hear);
      }),
    async [Symbol.asyncDispose]() {
      bot.kill();
      if (bot.exitCode === null) await once(bot, 'exit');
      await teams.close();
      await tenant.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const isAsking = ({ path }: Call): boolean => /\/(\$batch|(check|get)Member\w+|oauth2\/.*)$/.test(path);

export const isRead = ({ method, path, cmdlet }: Call): boolean =>
  path.startsWith('/v1.0/') ? method === 'GET' : cmdlet?.startsWith('Get-') === true;
export const isWrite = (call: Call): boolean =>
  call.status >= 200 && call.status < 300 && call.method !== 'GET' && !isRead(call) && !isAsking(call);

export const median = (values: readonly number[]): number =>
  [...values].sort((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN;
