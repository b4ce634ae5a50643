import { withdrawPlan } from '../cases/asking.ts';
import { defineCommand, planData } from './command.ts';
import { findNamedCase } from './findCase.ts';

export const withdraw = defineCommand({
  name: 'withdraw',
  does: 'Takes a plan back from the approvers.',
  data: planData,

  async run(desk, who, { case: id, version }) {
    const row = await findNamedCase(desk, who, { id });
    await withdrawPlan(desk, row, version, who);
    return { showCase: row.id, text: 'Taken back.' };
  },
});
