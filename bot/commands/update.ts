import { redrawPlan } from '../cases/asking.ts';
import { defineCommand, filledPlan } from './command.ts';
import { findNamedCase } from './findCase.ts';

export const update = defineCommand({
  name: 'update',
  does: 'Draws the plan up again with the choices on the card.',
  data: filledPlan,

  async run(desk, who, { case: id, version, ...answers }) {
    const row = await findNamedCase(desk, who, { id });
    await redrawPlan(desk, row, version, who, { to: 'planning', answers });
    return { showCase: row.id, text: 'Drawing up the plan with your choices.' };
  },
});
