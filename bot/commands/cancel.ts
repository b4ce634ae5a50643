import { cancelCase, nameOf } from '../cases/cases.ts';
import { defineCommand, tappedCase } from './command.ts';
import { namedCase } from './namedCase.ts';

export const cancel = defineCommand({
  name: 'cancel',
  usage: 'cancel CASE',
  does: 'Ends an open case. What was done before stays done.',

  async run(desk, request) {
    await desk.roles.require(request.actor, ['helpdesk', 'approver', 'admin'], 'cancel a case');
    if (request.tapped !== null) {
      const { row } = await tappedCase(desk, request);
      await cancelCase(desk, row, request.actor);
      return { showCase: row.id };
    }
    const row = await namedCase(desk, request, 'cancel');
    await cancelCase(desk, row, request.actor);
    return { text: `${nameOf(desk, row)} is canceled.` };
  },
});
