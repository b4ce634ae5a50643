import { skipStep } from '../cases/stages.ts';
import { defineCommand, stageData } from './command.ts';
import { findNamedCase } from './findCase.ts';

export const skip = defineCommand({
  name: 'skip',
  does: 'Leaves a step out; the report says so.',
  data: stageData,

  async run(desk, who, { case: id, ...button }) {
    const row = await findNamedCase(desk, who, { id });
    await skipStep(desk, row, button, who);
    return { showCase: row.id, text: 'Skipped.' };
  },
});
