import { z } from 'zod';
import { skipStep } from '../cases/stages.ts';
import { defineCommand, inputOf, stageData } from './command.ts';
import { findNamedCase } from './findCase.ts';

export const skip = defineCommand({
  name: 'skip',
  does: 'Leaves a step out; the report says so.',
  data: stageData.and(z.record(z.string(), z.unknown())),

  async run(desk, who, { case: id, version, stage, steps, ...inputs }) {
    const row = await findNamedCase(desk, who, { id });
    await skipStep(desk, row, { version, stage, steps }, who, inputOf({ steps, ...inputs }, 'why', 500));
    return { showCase: row.id, text: 'Skipped.' };
  },
});
