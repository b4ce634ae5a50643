import { z } from 'zod';
import { rejectPlan } from '../cases/approvals.ts';
import { defineCommand, inputs, tappedCase } from './command.ts';

const reasonInput = z.object({
  reason: z
    .string('Write a reason, then reject again.')
    .trim()
    .min(1, 'Write a reason, then reject again.')
    .max(500, 'The reason can have 500 characters at most.'),
});

export const reject = defineCommand({
  name: 'reject',
  usage: null,
  does: 'Rejects the plan on the card, with a reason.',

  async run(desk, request) {
    const { row, version } = await tappedCase(desk, request);
    const { reason } = inputs(request, reasonInput);
    await rejectPlan(desk, row, version, request.actor, reason);
    return { showCase: row.id };
  },
});
