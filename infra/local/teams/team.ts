import { createHash } from 'node:crypto';
import { type Channel, type Json, type Place, TeamsError } from './types.ts';

export interface TeamChannel extends Channel {
  id: string;
  name: string;
}

/** The one team of the rehearsal, with a channel of each kind that Teams knows. */
export class Team {
  /** Also the id of its general channel. */
  readonly id: string;
  readonly groupId: string;
  readonly channels: readonly TeamChannel[];

  constructor(salt: string) {
    const digest = (what: string) => createHash('md5').update(`${salt}/${what}`).digest('hex');
    const idOf = (what: string) => `19:${digest(what)}@thread.tacv2`;
    this.id = idOf('general');
    this.groupId = digest('group').replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12})$/, '$1-$2-4$3-8$4-$5');
    this.channels = [
      { place: 'channel', kind: 'standard', name: 'Offboarding', title: 'IT › Offboarding', id: idOf('offboarding') },
      { place: 'private', kind: 'private', name: 'Leavers', title: 'IT › Leavers', id: idOf('leavers') },
      { place: 'shared', kind: 'shared', name: 'Partners', title: 'IT › Partners', id: idOf('partners') },
    ];
  }

  channelAt(place: Place): TeamChannel {
    const channel = this.channels.find((each) => each.place === place);
    if (!channel) throw new TeamsError(404, 'NoSuchChannel', `The team has no channel "${place}".`);
    return channel;
  }

  /** A bot asks the team, not the channel, for much; what it says there appears in the standard channel. */
  channelWith(id: string): TeamChannel | undefined {
    return id === this.id ? this.channelAt('channel') : this.channels.find((each) => each.id === id);
  }

  /** What an activity tells of where it comes from. */
  whereIs(place: Place): Json {
    const { id, kind } = this.channelAt(place);
    return {
      teamsChannelId: id,
      teamsTeamId: this.id,
      channel: { id, type: kind },
      team: { id: this.id, aadGroupId: this.groupId },
    };
  }

  details(memberCount: number): Json {
    const channelCount = this.channels.length + 1;
    return { id: this.id, name: 'IT', aadGroupId: this.groupId, type: 'standard', channelCount, memberCount };
  }

  /** The general channel has the team's id and, as in Teams, no name. */
  list(): Json[] {
    return [
      { id: this.id, name: null, type: 'standard' },
      ...this.channels.map(({ id, name, kind }) => ({ id, name, type: kind })),
    ];
  }
}
