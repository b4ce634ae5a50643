import { z } from 'zod';
import { rejectPlan } from '../cases/approvals.ts';
import { defineCommand, planData, visible } from './command.ts';
import { findNamedCase } from './findCase.ts';

export const reject = defineCommand({
  name: 'reject',
  does: 'Rejects the plan on the card, with a reason.',
  data: planData.extend({
    reason: z
      .string('Write a reason, then reject again.')
      .transform(visible)
      .pipe(
        z.string().min(1, 'Write a reason, then reject again.').max(500, 'The reason can have 500 characters at most.'),
      ),
  }),

  async run(desk, who, { case: id, version, reason }) {
    const row = await findNamedCase(desk, who, { id });
    await rejectPlan(desk, row, version, who, reason);
    return { showCase: row.id, text: 'Rejected.' };
  },
});
