import { z } from 'zod';
import { sayDone } from '../cases/stages.ts';
import { defineCommand, stageData } from './command.ts';
import { findNamedCase } from './findCase.ts';

export const done = defineCommand({
  name: 'done',
  does: 'Says that a by-hand step is done; Signoff looks whether it is.',
  data: stageData.extend({
    note: z.string().trim().max(500, 'The note can have 500 characters at most.').default(''),
  }),

  async run(desk, who, { case: id, note, ...button }) {
    const row = await findNamedCase(desk, who, { id });
    await sayDone(desk, row, button, who, note);
    return { showCase: row.id, text: 'Signoff looks whether it is done.' };
  },
});
