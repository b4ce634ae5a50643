import { z } from 'zod';
import { approvePlan } from '../cases/approvals.ts';
import { defineCommand, planData } from './command.ts';
import { findNamedCase } from './findCase.ts';

/** Only a button approves: who approves must have the plan before their eyes. */
export const approve = defineCommand({
  name: 'approve',
  does: 'Approves the plan on the card, and confirms on demand each step that destroys nothing.',
  data: planData.extend({ confirms: z.enum(['all', 'nothing']).default('nothing') }),

  async run(desk, who, { case: id, version, confirms }) {
    const row = await findNamedCase(desk, who, { id });
    const lacking = await approvePlan(desk, row, version, who, confirms);
    return lacking === null ? { showCase: row.id, text: 'Approved.' } : { text: lacking };
  },
});
