import type { User } from '../local/tenant/seedSchema.ts';
import { addLeavers } from './crowd.ts';
import { type Call, isRead, isWrite, startWorld } from './world.ts';

const latencyMs = 100;

/** From the sentence until the plan card is complete. */
export async function plan(): Promise<string[]> {
  await using world = await startWorld(latencyMs);
  const took: number[] = [];
  for (const user of addLeavers(world.tenant.data, 6)) {
    const began = performance.now();
    await world.helpdesk.sees('submit', await world.helpdesk.offboard(user));
    took.push(performance.now() - began);
  }
  const [first = 0, ...rest] = took;
  const mid = rest.sort((one, other) => one - other)[Math.floor(rest.length / 2)] ?? 0;
  return [
    `sentence → plan card complete, ${latencyMs} ms away: ${Math.round(mid)} ms = ${(mid / latencyMs).toFixed(1)} round trips (the first of a start: ${Math.round(first)} ms)`,
  ];
}

/** A whole case with every stage; what it read and what it changed. */
export async function reads(): Promise<string[]> {
  await using world = await startWorld(0);
  const [first, second] = addLeavers(world.tenant.data, 2);
  if (first === undefined || second === undefined) return [];
  await whole(first);
  const from = world.calls.length;
  const began = performance.now();
  await whole(second);
  const took = performance.now() - began;
  const calls = world.calls.slice(from);
  const reading = calls.filter(isRead);
  const writing = calls.filter(isWrite);
  const lines = [
    `a whole case: ${reading.length} reads for ${writing.length} changes = ${(reading.length / writing.length).toFixed(1)} reads a change (${Math.round(took)} ms)`,
  ];
  return process.env.DETAILS ? [...lines, ...byKind(reading, second.id), '', ...byKind(writing, second.id)] : lines;

  async function whole(user: User): Promise<void> {
    const caseId = await world.helpdesk.offboard(user);
    await world.helpdesk.press('submit', caseId);
    await world.approver.press('approve', caseId);
    await world.approver.toTheEnd(caseId);
  }
}

function byKind(calls: readonly Call[], id: string): string[] {
  const counts = new Map<string, number>();
  for (const { method, path, cmdlet } of calls) {
    const kind = `${method} ${cmdlet ?? decodeURIComponent(path).replaceAll(id, '{id}')}`.slice(0, 160);
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  return [...counts]
    .sort(([, one], [, other]) => other - one)
    .map(([kind, count]) => `${String(count).padStart(4)}  ${kind}`);
}
