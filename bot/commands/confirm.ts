import { z } from 'zod';
import { confirmSteps } from '../cases/confirming.ts';
import { defineCommand, inputOf, stageData } from './command.ts';
import { findNamedCase } from './findCase.ts';

export const confirm = defineCommand({
  name: 'confirm',
  does: 'Confirms a step, or the steps of a stage that destroy nothing.',
  data: stageData.and(z.record(z.string(), z.unknown())),

  async run(desk, who, { case: id, version, stage, steps, ...inputs }) {
    const row = await findNamedCase(desk, who, { id });
    const reason = inputOf({ steps, ...inputs }, 'reason', 500);
    const lacking = await confirmSteps(desk, row, { version, stage, steps }, who, reason);
    return lacking === null ? { showCase: row.id, text: 'Confirmed.' } : { text: lacking };
  },
});
