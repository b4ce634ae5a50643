import { hours, minutes } from '../../bot/clock.ts';
import { eventually, idle, jumpingClock, letPass } from '../support/clock.ts';
import { buttonsOf, submitted } from '../support/journey.ts';
import { people } from '../support/signoff.ts';
import { startSimpleWorld } from '../support/simpleJane.ts';

describe('a call that Teams does not take', () => {
  for (const kind of ['502', '400'] as const)
    it(`leaves the card above it as it is, buttons and all (${kind})`, async () => {
      const clock = jumpingClock();
      await using world = await startSimpleWorld({ parts: () => ({ clock }) });
      await submitted(world);
      await idle(world, clock);
      world.teams.faults({ kind, count: 40, method: 'POST' });
      await letPass(world, clock, hours(4.1));
      await eventually('it was refused', async () =>
        world.teams.requests().some(({ method, status }) => method === 'POST' && status === Number(kind)),
      );
      await letPass(world, clock, minutes(1));
      await eventually('the card above has its buttons', async () => {
        const cards = (await world.teams.messages(people.approver)).filter(({ from }) => from.bot);
        return cards.some(({ card }) => buttonsOf(card).some(({ verb }) => verb === 'approve'));
      });
    });
});
