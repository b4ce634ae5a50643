import { z } from 'zod';
import { nameOf } from '../cases/cases.ts';
import { retrySteps } from '../cases/stages.ts';
import { defineCommand, inputs, tappedCase } from './command.ts';
import { namedCase } from './namedCase.ts';

export const retry = defineCommand({
  name: 'retry',
  usage: 'retry CASE',
  does: 'Tries the failed steps of a case again.',

  async run(desk, request) {
    if (request.tapped !== null) {
      const { row } = await tappedCase(desk, request);
      const { step } = inputs(request, z.object({ step: z.string().max(60) }));
      await retrySteps(desk, row, request.actor, { stepId: step });
      return { showCase: row.id };
    }
    await desk.roles.require(request.actor, ['helpdesk', 'approver', 'admin'], 'retry a case');
    const row = await namedCase(desk, request, 'retry');
    await retrySteps(desk, row, request.actor, 'all');
    return { text: `${nameOf(desk, row)}: the failed steps are tried again.` };
  },
});
