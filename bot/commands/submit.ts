import { submitPlan } from '../cases/approvals.ts';
import { defineCommand, tappedCase } from './command.ts';

export const submit = defineCommand({
  name: 'submit',
  usage: null,
  does: 'Asks for approval of a filled-in plan.',

  async run(desk, request) {
    const { row, version } = await tappedCase(desk, request);
    await submitPlan(desk, row, version, request.actor, request.tapped ?? {});
    return { showCase: row.id };
  },
});
