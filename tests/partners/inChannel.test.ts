import { eventually } from '../support/clock.ts';
import { asked, caseIs, submitAs } from '../support/journey.ts';
import { itTeam, people, startWorld } from '../support/signoff.ts';

describe('the case of a partner in the approvals channel', () => {
  it('is no longer there to read, though it is over, once somebody with an account of theirs joins the team', async () => {
    const team = itTeam.filter((one) => one !== people.outsider);
    await using world = await startWorld({ partners: true, team });
    const inChannel = async (person: string) =>
      (await world.teams.messages(person, 'channel')).filter(({ from, deleted }) => from.bot && !deleted);
    await world.teams.say(people.admin, '@Signoff approvals here', { conversation: 'channel' });
    await eventually('it is set', async () => (await inChannel(people.admin)).length > 0);
    world.tenant.person('tess').otherMails = ['tess@relecloud.com'];
    const caseId = await asked(world, 'remove partner Relecloud', 'PRT');
    await submitAs(world, caseId, { wait: '7', guests: 'delete' });
    await eventually('it is in the channel', async () =>
      (await inChannel(people.admin)).some(({ card }) => JSON.stringify(card ?? '').includes('Open my view')),
    );
    await world.ask(people.helpdesk, `cancel PRT-${caseId}`);
    await caseIs(world, caseId, 'canceled');
    await world.teams.open(people.outsider, 'channel');
    await eventually('it is gone from there', async () => {
      const read = JSON.stringify((await inChannel(people.outsider)).map(({ card, text }) => [card, text]));
      return !read.includes('Astrid Vogel') && read.includes(`PRT-${caseId}`);
    });
  });
});
