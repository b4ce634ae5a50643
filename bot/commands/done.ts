import { z } from 'zod';
import { sayDone } from '../cases/stages.ts';
import { defineCommand, inputOf, stageData } from './command.ts';
import { findNamedCase } from './findCase.ts';

export const done = defineCommand({
  name: 'done',
  does: 'Says that a by-hand step is done; Signoff looks whether it is.',
  data: stageData.and(z.record(z.string(), z.unknown())),

  async run(desk, who, { case: id, version, stage, steps, ...inputs }) {
    const row = await findNamedCase(desk, who, { id });
    await sayDone(desk, row, { version, stage, steps }, who, inputOf({ steps, ...inputs }, 'note', 500));
    return { showCase: row.id, text: 'Signoff looks whether it is done.' };
  },
});
