import { type ForeignApp, type Outsider, Sight } from './sight.ts';
import type { ReadContext } from './step.ts';

const byName = (a: { name: string; id: string }, b: { name: string; id: string }): number =>
  a.name.localeCompare(b.name, 'en') || a.id.localeCompare(b.id);

type Of = Pick<ReadContext, 'graph' | 'subject'>;

/** Guests and members from there, by their addresses or because an admin says so: an account that somebody made for them here is not among them. */
export async function theirPeople({ graph, subject }: Of): Promise<Outsider[]> {
  const sight = await Sight.begin(graph);
  const all = await sight.people();
  const isTheirs = ({ id, domain }: Outsider) =>
    subject.named.includes(id) || (domain !== null && subject.domains.includes(domain));
  return all.filter(isTheirs).sort(byName);
}

/** Apps that they publish and that are known here. */
export async function theirApps({ graph, subject }: Of): Promise<ForeignApp[]> {
  if (subject.tenantId === null) return [];
  const sight = await Sight.begin(graph);
  return (await sight.apps()).filter(({ tenantId }) => tenantId === subject.tenantId).sort(byName);
}
