import { redrawPlan } from '../cases/asking.ts';
import { defineCommand, filledPlan } from './command.ts';
import { findNamedCase } from './findCase.ts';

export const submit = defineCommand({
  name: 'submit',
  does: 'Asks for approval of a filled-in plan.',
  data: filledPlan,

  async run(desk, who, { case: id, version, ...answers }) {
    const row = await findNamedCase(desk, who, { id });
    await redrawPlan(desk, row, version, who, { to: 'submitted', answers });
    return { showCase: row.id, text: 'Asked for approval.' };
  },
});
