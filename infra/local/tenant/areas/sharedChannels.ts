import { notFound } from '../errors.ts';
import { collection } from '../odata/answer.ts';
import type { PartnerData } from '../partnerSchema.ts';
import type { Call, Route } from '../route.ts';

/** Channels that people of other tenants work in without an account here. */
type Channel = PartnerData['channels'][number];

const standard = (teamId: string): Channel => ({
  id: `19:general-${teamId}@thread.tacv2`,
  teamId,
  displayName: 'General',
  createdDateTime: '2023-05-02T09:00:00Z',
  membershipType: 'standard',
  sharedWithTeams: [],
  members: [],
});

function channelsOf({ data, params }: Call): Channel[] {
  const wanted = (params.team ?? '').toLowerCase();
  const team = data.groups.find(({ id, resourceProvisioningOptions: has }) => id === wanted && has.includes('Team'));
  if (!team) throw notFound(wanted);
  return [standard(team.id), ...data.partners.channels.filter(({ teamId }) => teamId === team.id)];
}

function subject(call: Call): Channel {
  const found = channelsOf(call).find(({ id }) => id === call.params.channel);
  if (!found) throw notFound(call.params.channel ?? '');
  return found;
}

const contextOf = ({ teamId, id }: Channel, list: string) => ({
  context: `teams('${teamId}')/channels('${id}')/${list}`,
});

export const sharedChannels: Route[] = [
  {
    method: 'GET',
    path: '/teams/{team}/channels',
    answer: (call) => {
      const shown = channelsOf(call).map(({ id, displayName, createdDateTime, membershipType }) => ({
        id,
        displayName,
        createdDateTime,
        membershipType,
        description: null,
        email: null,
        tenantId: call.data.signoff.tenantId,
      }));
      return collection(call, shown, { context: `teams('${call.params.team}')/channels` });
    },
  },
  {
    method: 'GET',
    path: '/teams/{team}/channels/{channel}/sharedWithTeams',
    answer: (call) => {
      const own = subject(call);
      return collection(call, own.sharedWithTeams, contextOf(own, 'sharedWithTeams'));
    },
  },
  {
    method: 'GET',
    path: '/teams/{team}/channels/{channel}/allMembers',
    answer: (call) => {
      const own = subject(call);
      const shown = own.members.map((member) => ({
        '@odata.type': '#microsoft.graph.aadUserConversationMember',
        visibleHistoryStartDateTime: '0001-01-01T00:00:00Z',
        ...member,
      }));
      return collection(call, shown, contextOf(own, 'allMembers'));
    },
  },
];
