import { z } from 'zod';
import { skipStep } from '../cases/stages.ts';
import { defineCommand, inputs, tappedCase } from './command.ts';

export const skip = defineCommand({
  name: 'skip',
  usage: null,
  does: 'Leaves a step out; the report says so.',

  async run(desk, request) {
    const { row, version } = await tappedCase(desk, request);
    const { step } = inputs(request, z.object({ step: z.string().max(60) }));
    await skipStep(desk, row, version, request.actor, step);
    return { showCase: row.id };
  },
});
