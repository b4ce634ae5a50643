import { z } from 'zod';
import { isMissing } from '../../graph/failure.ts';
import type { GraphReader } from '../../graph/graph.ts';
import { tenAtATime } from '../../graph/inParts.ts';
import { path } from '../../graph/path.ts';
import type { Finding } from '../finding.ts';
import type { Signal } from '../signal.ts';

const team = z.object({ id: z.string(), displayName: z.string().nullish() });
const channel = z.object({ id: z.string(), displayName: z.string().nullish() });
const elsewhere = z.looseObject({ tenantId: z.string().toLowerCase().nullish() });

/** A team or channel that went meanwhile has nobody in it. */
async function listThere<T>(graph: GraphReader, where: string, item: z.ZodType<T>): Promise<T[]> {
  try {
    return await graph.list(where, item);
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

/** Channels that people of other tenants work in without an account here: a question for every team. */
export const sharedChannels: Signal = {
  name: 'shared channels',
  quick: false,
  permissions: ['ChannelMember.Read.All'],
  async read({ graph, own }) {
    const isTeam = `resourceProvisioningOptions/any(x:x eq 'Team')`;
    const teams = await graph.list(path`/groups?$filter=${isTeam}&$select=id,displayName&$top=${999}`, team);
    const isShared = `membershipType eq 'shared'`;
    const all = await tenAtATime(teams, async (one) => {
      const channels = await listThere(graph, path`/teams/${one.id}/channels?$filter=${isShared}`, channel);
      return channels.map((shared) => ({ team: one, shared }));
    });
    const found = await tenAtATime(all.flat(), async ({ team, shared }) => {
      const below = path`/teams/${team.id}/channels/${shared.id}`;
      const [teamsThere, members] = await Promise.all([
        listThere(graph, `${below}/sharedWithTeams`, elsewhere),
        listThere(graph, `${below}/allMembers`, elsewhere),
      ]);
      const ids = [...teamsThere, ...members].flatMap(({ tenantId }) => tenantId ?? []);
      return [...new Set(ids)]
        .filter((tenantId) => tenantId !== own.id)
        .map(
          (tenantId): Finding => ({
            of: { tenantId },
            what: 'channel',
            name: shared.displayName ?? 'a channel',
            team: team.displayName ?? 'a team',
            people: members.filter((member) => member.tenantId === tenantId).length,
          }),
        );
    });
    return found.flat();
  },
};
