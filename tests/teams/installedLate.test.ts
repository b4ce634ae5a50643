import assert from 'node:assert/strict';
import type { SeatMessage } from '../../infra/local/teams/server.ts';
import { idle } from '../support/clock.ts';
import { button, canceled, caseIs, defaults, pressed, submitted } from '../support/journey.ts';
import { people, startWorld } from '../support/signoff.ts';

const late = 'sofia@contoso.com';
const calm = { ...defaults, successor: 'luca@contoso.com', endState: 'shared' };
const words = (message: SeatMessage) => JSON.stringify([message.card, message.text]);

describe('an app that is installed late', () => {
  it('tells a person who installs Signoff late of what is open, and not of what they missed', async () => {
    await using world = await startWorld({ notInTeams: [late] });
    const over = await submitted(world, { sentence: 'offboard ravi@contoso.com', inputs: calm });
    await pressed(world, people.approver, { verb: 'approve', caseId: over });
    await button(world, people.approver, { verb: 'confirm', caseId: over });
    await canceled(world, people.helpdesk, over);
    await caseIs(world, over, 'canceled');
    const open = await submitted(world, { inputs: calm });
    await idle(world, world.signoff.runtime.clock);
    await world.teams.open(late);
    await button(world, late, { verb: 'approve', caseId: open });
    await idle(world, world.signoff.runtime.clock);
    const about = (await world.teams.messages(late)).filter((message) => words(message).includes(`OFF-${over}`));
    assert.deepEqual(about.map(words), []);
  });
});
