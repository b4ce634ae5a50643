import type { User } from '../local/tenant/seedSchema.ts';
import { addLeavers } from './crowd.ts';
import { median, startWorld } from './world.ts';

const latencyMs = 100;
const rounds = 10;

/** From the approver's tap on an urgent case until Microsoft 365 has answered the end of the sessions; beside the bare calls. */
export async function lockout(): Promise<string[]> {
  await using world = await startWorld(latencyMs);
  const { token, url } = await world.signIn();
  const ours: number[] = [];
  const bare: number[] = [];
  const [first, ...leavers] = addLeavers(world.tenant.data, 2 * rounds + 1);
  if (first === undefined) return [];
  // The first one pays for the connections; nobody counts it.
  await lockOut(first);
  for (const [index, user] of leavers.entries()) {
    if (index % 2 === 0) ours.push(await lockOut(user));
    else bare.push(await bareCalls(user.id));
  }
  return [
    `approver’s tap → revoke answered, ${latencyMs} ms away, ${rounds} times: ${words(ours)}`,
    `the same three calls by a bare script (block and reset together, then revoke): ${words(bare)}`,
  ];

  async function lockOut(user: User): Promise<number> {
    const caseId = await world.helpdesk.offboard(user, 'urgent');
    await world.helpdesk.press('submit', caseId);
    const ended = world.answered(({ path }) => path.endsWith(`/users/${user.id}/revokeSignInSessions`));
    const tapped = await world.approver.press('approve', caseId);
    return (await ended) - tapped;
  }

  async function bareCalls(id: string): Promise<number> {
    const call = async (method: string, path: string, body: unknown) => {
      const answer = await fetch(`${url}/v1.0${path}`, {
        method,
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status}`);
      await answer.arrayBuffer();
    };
    const began = performance.now();
    await Promise.all([
      call('PATCH', `/users/${id}`, { accountEnabled: false }),
      call('PATCH', `/users/${id}`, { passwordProfile: { password: `Aa1!${crypto.randomUUID()}` } }),
    ]);
    await call('POST', `/users/${id}/revokeSignInSessions`, {});
    return performance.now() - began;
  }
}

const words = (values: readonly number[]): string =>
  `median ${Math.round(median(values))} ms, worst ${Math.round(Math.max(...values))} ms`;
