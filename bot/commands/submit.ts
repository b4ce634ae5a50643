import { z } from 'zod';
import { redrawPlan } from '../cases/asking.ts';
import { defineCommand, planData } from './command.ts';
import { findNamedCase } from './findCase.ts';

export const submit = defineCommand({
  name: 'submit',
  does: 'Asks for approval of a filled-in plan.',
  // The inputs are the playbook's own: it reads them.
  data: planData.and(z.record(z.string(), z.unknown())),

  async run(desk, who, { case: id, version, ...answers }) {
    const row = await findNamedCase(desk, who, { id });
    await redrawPlan(desk, row, version, who, { to: 'submitted', answers });
    return { showCase: row.id, text: 'Asked for approval.' };
  },
});
