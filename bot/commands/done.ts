import { z } from 'zod';
import { sayDone } from '../cases/stages.ts';
import { defineCommand, inputs, tappedCase } from './command.ts';

const doneInputs = z.object({
  step: z.string().max(60),
  note: z.string().trim().max(500, 'The note can have 500 characters at most.').default(''),
});

export const done = defineCommand({
  name: 'done',
  usage: null,
  does: 'Says that a by-hand step is done; Signoff looks whether it is.',

  async run(desk, request) {
    const { row, version } = await tappedCase(desk, request);
    const { step, note } = inputs(request, doneInputs);
    await sayDone(desk, row, version, request.actor, step, note);
    return { showCase: row.id };
  },
});
