import { GraphFailure } from './failure.ts';
import type { Graph } from './graph.ts';
import { path } from './path.ts';

/** Graph says in two ways that somebody is not a member. */
export function alreadyOut(failure: Error): boolean {
  return (
    failure instanceof GraphFailure &&
    (failure.kind === 'missing' || /object references do not exist/.test(failure.text))
  );
}

/** Puts somebody into groups; being in one already is fine. */
export async function joinGroups(graph: Graph, memberId: string, groupIds: string[]): Promise<void> {
  const body = { '@odata.id': `https://graph.microsoft.com/v1.0/directoryObjects/${memberId}` };
  const answers = await graph.batch(
    groupIds.map((id) => ({ method: 'POST', path: path`/groups/${id}/members/$ref`, body })),
  );
  for (const answer of answers) {
    if (!answer.ok && !/object references already exist/.test(answer.failure.text)) throw answer.failure;
  }
}
