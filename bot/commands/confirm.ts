import { z } from 'zod';
import { confirmSteps } from '../cases/stages.ts';
import { defineCommand, inputs, tappedCase } from './command.ts';

const confirmInputs = z.object({
  step: z.string().max(60),
  reason: z.string().trim().max(500, 'The reason can have 500 characters at most.').default(''),
});

export const confirm = defineCommand({
  name: 'confirm',
  usage: null,
  does: 'Confirms a step, or all steps of a stage that destroy nothing.',

  async run(desk, request) {
    const { row, version } = await tappedCase(desk, request);
    const { step, reason } = inputs(request, confirmInputs);
    await confirmSteps(desk, row, version, request.actor, step === 'all' ? 'all' : { stepId: step }, reason);
    return { showCase: row.id };
  },
});
