import { approvePlan } from '../cases/approvals.ts';
import { defineCommand, planData } from './command.ts';
import { findNamedCase } from './findCase.ts';

/** Only a button approves: who approves must have the plan before their eyes. */
export const approve = defineCommand({
  name: 'approve',
  does: 'Approves the plan on the card.',
  data: planData,

  async run(desk, who, { case: id, version }) {
    const row = await findNamedCase(desk, who, { id });
    await approvePlan(desk, row, version, who);
    return { showCase: row.id, text: 'Approved.' };
  },
});
