import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const entry = fileURLToPath(new URL('../../bot/index.ts', import.meta.url));

export interface BotProcess extends AsyncDisposable {
  /** Ends it in the middle of whatever it does: no handler, no farewell. */
  kill(): void;
  /** Asks it to end. */
  signal(name: 'SIGTERM' | 'SIGINT'): void;
  /** Its exit code, or null when a signal ended it. */
  exited: Promise<number | null>;
}

/** The bot as it is started for good: a process of its own, told everything by its environment. */
export async function startBotProcess(environment: Record<string, string>): Promise<BotProcess> {
  const child: ChildProcess = spawn(process.execPath, [entry], {
    env: { PATH: process.env.PATH, ...environment, LOG_LEVEL: 'info' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = once(child, 'exit').then(([code]) => code as number | null);
  let said = '';
  child.stderr?.on('data', (chunk) => {
    said += String(chunk);
  });
  const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream });
  const listening = new Promise<void>((resolve) => {
    lines.on('line', (line) => {
      if (line.includes('Signoff is listening')) resolve();
    });
  });
  const gone = exited.then(() => {
    throw new Error(`The bot ended before it listened: ${said}`);
  });
  gone.catch(() => undefined);
  await Promise.race([listening, gone]);
  return {
    kill: () => void child.kill('SIGKILL'),
    signal: (name) => void child.kill(name),
    exited,
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await exited;
    },
  };
}

/** A start that ends by itself: all that it said. */
export async function startInVain(environment: Record<string, string>): Promise<{ code: number; said: string }> {
  const child = spawn(process.execPath, [entry], {
    env: { PATH: process.env.PATH, ...environment, PORT: '0' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (said += String(chunk)));
  const [code] = await once(child, 'close');
  return { code, said: said.trim() };
}
