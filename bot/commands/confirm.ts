import { z } from 'zod';
import { confirmSteps } from '../cases/confirming.ts';
import { defineCommand, stageData } from './command.ts';
import { findNamedCase } from './findCase.ts';

export const confirm = defineCommand({
  name: 'confirm',
  does: 'Confirms a step, or the steps of a stage that destroy nothing.',
  data: stageData.extend({
    reason: z.string().trim().max(500, 'The reason can have 500 characters at most.').default(''),
  }),

  async run(desk, who, { case: id, reason, ...button }) {
    const row = await findNamedCase(desk, who, { id });
    const lacking = await confirmSteps(desk, row, button, who, reason);
    return lacking === null ? { showCase: row.id, text: 'Confirmed.' } : { text: lacking };
  },
});
