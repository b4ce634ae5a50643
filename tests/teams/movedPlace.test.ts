import assert from 'node:assert/strict';
import { sql } from 'kysely';
import { readSettingsJournal } from '../../bot/store/journal.ts';
import { readSetting } from '../../bot/store/settings.ts';
import { ApprovalsChannel } from '../support/approvalsChannel.ts';
import { eventually, idle, jumpingClock } from '../support/clock.ts';
import { button, buttonsOf, canceled, caseIs, pressed, stepIs } from '../support/journey.ts';
import { people, type World } from '../support/signoff.ts';

/** An admin says in mid-case that approvals go elsewhere: what is told from then on is told there. */
describe('a case whose approvals have moved', () => {
  let world: World;
  let channel: ApprovalsChannel;
  const clock = jumpingClock();
  beforeEach(async () => {
    channel = await ApprovalsChannel.open(clock);
    world = channel.world;
  });
  afterEach(() => channel[Symbol.asyncDispose]());

  const failsLate = async () => {
    const { db, dispatcher } = world.signoff.runtime;
    const late = { state: 'not-seen', words: 'It was not seen within a month.' };
    await db.updateTable('caseSteps').set(late).where('stepId', '=', 'revoke-sessions').execute();
    await dispatcher.wake('show', 'case/1');
  };
  const firstStage = async (confirm: () => Promise<unknown>) => {
    await caseIs(world, 1, 'running');
    await confirm();
    await stepIs(world, 1, 'revoke-sessions', 'proved');
    await idle(world, clock);
  };

  it('to a channel shows there how far it is, how it ended, and what failed since', async () => {
    await channel.set('off');
    await channel.ask();
    await pressed(world, people.approver, { verb: 'approve', caseId: 1 });
    await firstStage(() => pressed(world, people.approver, { verb: 'confirm', caseId: 1, step: 'all' }));
    await channel.set('here');
    await channel.shows(people.outsider, 'Lock out', '4 of 4 done');
    await idle(world, clock);
    await canceled(world, people.helpdesk, 1);
    await channel.shows(people.outsider, 'Proof');
    await failsLate();
    await channel.shows(people.outsider, '“End sessions” was ordered.');
  });

  it('to the approvers’ own chats shows there how far it is, how it ended, and what failed since', async () => {
    await channel.ask();
    await channel.tap(people.approver, 'view');
    await channel.tap(people.approver, 'approve', { confirms: 'nothing' });
    await firstStage(async () => {
      const card = await channel.shows(people.second, 'Confirm these');
      const all = buttonsOf(card.card).find(
        (one) => one.verb === 'confirm' && String(one.title).startsWith('Confirm these'),
      );
      assert.ok(all);
      await world.teams.tap(people.second, card.id, all, {}, 'channel');
    });
    await channel.set('off');
    await world.card(people.second, 'Lock out', '4 of 4 done');
    await idle(world, clock);
    await canceled(world, people.helpdesk, 1);
    await world.card(people.second, 'Proof');
    await failsLate();
    await world.card(people.second, '“End sessions” was ordered.');
  });

  it('when it was over already tells there what failed since, and nothing else', async () => {
    await channel.set('off');
    await channel.ask();
    await pressed(world, people.approver, { verb: 'approve', caseId: 1 });
    await firstStage(() => pressed(world, people.approver, { verb: 'confirm', caseId: 1, step: 'all' }));
    await canceled(world, people.helpdesk, 1);
    await world.card(people.approver, 'Proof');
    await channel.set('here');
    await failsLate();
    await channel.shows(people.outsider, '“End sessions” was ordered.');
    await idle(world, clock);
    assert.ok((await channel.cards(people.outsider)).every(({ card }) => card === undefined));
  });

  it('is on record together with what wakes it: neither without the other', async () => {
    await channel.set('off');
    await channel.ask();
    await button(world, people.approver, { verb: 'approve', caseId: 1 });
    await idle(world, clock);
    const { db } = world.signoff.runtime;
    await sql`create trigger breaks before update of version on wakeups begin select raise(abort, 'cut off'); end`.execute(
      db,
    );
    const before = (await channel.cards(people.admin)).length;
    await world.teams.say(people.admin, '@Signoff approvals here', { conversation: 'channel' });
    await eventually('it is answered', async () => (await channel.cards(people.admin)).length > before);
    assert.match((await channel.cards(people.admin)).at(-1)?.text ?? '', /^Something went wrong/);
    await sql`drop trigger breaks`.execute(db);
    assert.equal(await readSetting(db, 'approvals-channel'), null);
    assert.equal((await readSettingsJournal(db)).length, 2);
  });

  it('is not called in the channel that it was taken out of, and *Remind* does not say so', async () => {
    await channel.ask();
    await channel.shows(people.outsider, 'Open my view');
    await idle(world, clock);
    await channel.set('off');
    await button(world, people.approver, { verb: 'approve', caseId: 1 });
    await idle(world, clock);
    const { text } = await world.ask(people.helpdesk, 'remind OFF-1');
    assert.match(text ?? '', /^Called once more: .*Arno Lindqvist/);
    assert.doesNotMatch(text ?? '', /channel/);
  });
});
