import type { SeatMessage, TapOutcome } from '../../infra/local/teams/server.ts';
import { eventually, type JumpingClock } from './clock.ts';
import { button, buttonsOf, caseIs, defaults, press } from './journey.ts';
import { itTeam, people, type World } from './signoff.ts';
import { startSimpleWorld } from './simpleJane.ts';

export const words = (message: SeatMessage): string => JSON.stringify([message.card, message.text]);

/** A world with an approvals channel, and what its tests do there. */
export class ApprovalsChannel implements AsyncDisposable {
  readonly world: World;

  private constructor(world: World) {
    this.world = world;
  }

  static async open(clock: JumpingClock, team: string[] = itTeam): Promise<ApprovalsChannel> {
    const there = new ApprovalsChannel(await startSimpleWorld({ team, parts: () => ({ clock }) }));
    for (const person of [people.approver, people.second, people.admin]) await there.world.teams.open(person);
    await there.set('here');
    return there;
  }

  async set(where: 'here' | 'off'): Promise<void> {
    const before = (await this.cards(people.admin)).length;
    await this.world.teams.say(people.admin, `@Signoff approvals ${where}`, { conversation: 'channel' });
    await eventually('it is answered', async () => (await this.cards(people.admin)).length > before);
  }

  /** What stands there of Signoff’s. */
  async cards(person: string): Promise<SeatMessage[]> {
    return (await this.world.teams.messages(person, 'channel')).filter(({ from, deleted }) => from.bot && !deleted);
  }

  shows(person: string, ...all: string[]): Promise<SeatMessage> {
    return this.world.teams.waitFor(
      person,
      (one) => one.from.bot && !one.deleted && all.every((word) => words(one).includes(word)),
      30_000,
      'channel',
    );
  }

  /** The plan waits for approval, wherever that is. */
  async ask(inputs: Record<string, string> = {}, who = 'jane@contoso.com', caseId = 1): Promise<void> {
    await this.world.teams.say(people.helpdesk, `offboard ${who}`);
    const submit = await button(this.world, people.helpdesk, { verb: 'submit', caseId });
    await press(this.world, people.helpdesk, submit, { ...defaults, ...inputs });
    await caseIs(this.world, caseId, 'awaiting-approval');
  }

  /** Taps what the card there offers. */
  async tap(person: string, verb: string, wanted: { confirms?: string } = {}): Promise<TapOutcome> {
    const is = (one: SeatMessage) =>
      buttonsOf(one.card).find(
        (action) =>
          action.verb === verb &&
          (wanted.confirms === undefined || (action.data as { confirms?: string }).confirms === wanted.confirms),
      );
    const message = await this.world.teams.waitFor(person, (one) => is(one) !== undefined, undefined, 'channel');
    return this.world.teams.tap(person, message.id, is(message)!, {}, 'channel');
  }

  /** What stands there of the case is edited. */
  async redraw(caseId = 1): Promise<void> {
    const { db } = this.world.signoff.runtime;
    await db.updateTable('posts').set({ shownHash: null }).where('toKey', 'like', 'channel:%').execute();
    await this.world.signoff.runtime.dispatcher.wake('show', `case/${caseId}`);
  }

  [Symbol.asyncDispose](): PromiseLike<void> {
    return this.world[Symbol.asyncDispose]();
  }
}
