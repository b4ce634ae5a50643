import { approvePlan } from '../cases/approvals.ts';
import { defineCommand, tappedCase } from './command.ts';

/** Only a button approves: who approves must have the plan before their eyes. */
export const approve = defineCommand({
  name: 'approve',
  usage: null,
  does: 'Approves the plan on the card.',

  async run(desk, request) {
    const { row, version } = await tappedCase(desk, request);
    await approvePlan(desk, row, version, request.actor);
    return { showCase: row.id };
  },
});
