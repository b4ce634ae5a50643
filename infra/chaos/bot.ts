import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const entry = fileURLToPath(new URL('../../bot/index.ts', import.meta.url));
const clock = new URL('clock.ts', import.meta.url).href;

/** The bot as a process of its own, which is started again whenever it ends, as a host does it. */
export interface Supervised {
  /** In the middle of whatever it does: no handler, no farewell. */
  kill(): void;
  readonly kills: number;
  /** What it said last when it ended by itself, each time. */
  readonly fell: readonly { at: number; said: string }[];
  /** When it last said anything, by the real clock. */
  readonly lastSpoke: number;
  readonly log: readonly string[];
  shiftClock(aheadMs: number): void;
  /** Until it listens. */
  up(): Promise<void>;
  /** Ends it for good, or until `start`. */
  stop(): Promise<void>;
  start(): Promise<void>;
}

const keptLines = 20_000;
const longestStartMs = 30_000;

/** @param pauseMs how long the host takes until it starts the bot again */
export function superviseBot(environment: Record<string, string>, pauseMs: () => number): Supervised {
  const log: string[] = [];
  const fell: { at: number; said: string }[] = [];
  let child: ChildProcess | undefined;
  let wanted = false;
  let kills = 0;
  let killed = false;
  let aheadMs = 0;
  let lastSpoke = 0;
  let listens = false;
  let ended: Promise<unknown> = Promise.resolve();

  function spawnBot(): void {
    killed = false;
    listens = false;
    const started = spawn(process.execPath, ['--import', clock, entry], {
      env: { PATH: process.env.PATH, ...environment, CLOCK_AHEAD_MS: String(aheadMs), LOG_LEVEL: 'info' },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    child = started;
    const hear = (line: string) => {
      lastSpoke = performance.now();
      log.push(line);
      if (log.length > keptLines) log.shift();
      if (line.includes('Signoff is listening')) listens = true;
    };
    for (const stream of [started.stdout, started.stderr]) {
      if (stream !== null) createInterface({ input: stream }).on('line', hear);
    }
    ended = once(started, 'exit').then(() => {
      listens = false;
      if (!killed) fell.push({ at: performance.now(), said: log.slice(-12).join('\n') });
      if (wanted) setTimeout(() => wanted && spawnBot(), pauseMs());
    });
  }

  /** It may be killed while it is waited for; then the next one counts. */
  async function up(): Promise<void> {
    const until = performance.now() + longestStartMs;
    while (!listens) {
      if (performance.now() > until) throw new Error(`The bot does not start:\n${log.slice(-12).join('\n')}`);
      await sleep(20);
    }
  }

  return {
    kill() {
      if (child === undefined || child.exitCode !== null || killed) return;
      killed = true;
      kills++;
      listens = false;
      log.push('--- killed ---');
      child.kill('SIGKILL');
    },
    get kills() {
      return kills;
    },
    fell,
    get lastSpoke() {
      return lastSpoke;
    },
    log,
    shiftClock(ms) {
      aheadMs = ms;
      if (child?.connected) child.send({ aheadMs: ms }, () => undefined);
    },
    up,
    async stop() {
      wanted = false;
      killed = true;
      child?.kill('SIGKILL');
      await ended;
    },
    async start() {
      wanted = true;
      spawnBot();
      await up();
    },
  };
}
