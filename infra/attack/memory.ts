import { execFileSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';

export interface Memory {
  /** Megabytes that something still refers to. */
  live: number;
  /** Megabytes that the operating system gave; a collector gives back late. */
  resident: number;
}

/** What a process must be started with, so that its memory can be looked into. */
export const lookedInto = (port: number): string => `--inspect=127.0.0.1:${port} --inspect-publish-uid=http`;

/** Has the garbage collected first: only what stays after that has grown. */
export async function memoryOf(pid: number, port: number): Promise<Memory> {
  const [target] = (await (await fetch(`http://127.0.0.1:${port}/json/list`)).json()) as {
    webSocketDebuggerUrl: string;
  }[];
  if (target === undefined) throw new Error('The bot can’t be looked into');
  const socket = new WebSocket(target.webSocketDebuggerUrl);
  await new Promise((resolve, reject) => {
    socket.onopen = resolve;
    socket.onerror = reject;
  });
  let id = 0;
  const call = (method: string, params: object = {}): Promise<unknown> => {
    const own = ++id;
    socket.send(JSON.stringify({ id: own, method, params }));
    return new Promise((resolve) => {
      socket.addEventListener('message', ({ data }) => {
        const answer = JSON.parse(String(data)) as { id?: number; result?: unknown };
        if (answer.id === own) resolve(answer.result);
      });
    });
  };
  for (let round = 0; round < 3; round++) {
    await call('HeapProfiler.collectGarbage');
    await sleep(500);
  }
  const expression = '(({ heapUsed, external }) => heapUsed + external)(process.memoryUsage())';
  const { result } = (await call('Runtime.evaluate', { expression })) as { result: { value: number } };
  socket.close();
  const resident = Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)]).toString());
  return { live: Math.round(result.value / 1024 / 1024), resident: Math.round(resident / 1024) };
}
