import type { World } from './signoff.ts';

type Json = Record<string, unknown>;

/** The last activity of somebody that Teams delivered, as it was sent. */
export function lastDelivered(world: World, person: string, type: 'message' | 'invoke'): Json {
  const { id } = world.tenant.person(person);
  const found = world.teams.requests().findLast(({ from, path, body }) => {
    const activity = body as { type?: string; from?: { aadObjectId?: string } } | undefined;
    return from === 'teams' && path === '/api/messages' && activity?.type === type && activity.from?.aadObjectId === id;
  })?.body;
  if (found === undefined) throw new Error(`${person} sent no ${type}`);
  return found as Json;
}

/** Delivers an activity as Teams would, whatever is in it. */
export async function deliver(world: World, activity: Json): Promise<{ status: number; text: string }> {
  const response = await fetch(`http://127.0.0.1:${world.signoff.port}/api/messages`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${await world.teamsToken()}` },
    body: JSON.stringify(activity),
  });
  return { status: response.status, text: await response.text() };
}
