import { editPlan } from '../cases/asking.ts';
import { defineCommand, planData } from './command.ts';
import { findNamedCase } from './findCase.ts';

export const edit = defineCommand({
  name: 'edit',
  does: 'Opens a rejected plan again, to be changed and asked for anew.',
  data: planData,

  async run(desk, who, { case: id, version }) {
    const row = await findNamedCase(desk, who, { id });
    await editPlan(desk, row, version, who);
    return { showCase: row.id, text: 'Drawing up the plan again.' };
  },
});
