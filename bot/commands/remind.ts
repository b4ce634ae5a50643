import { remindOthers } from '../cases/reminding.ts';
import { caseData, defineCommand } from './command.ts';
import { findNamedCase } from './findCase.ts';

export const remind = defineCommand({
  name: 'remind',
  does: 'Calls those who are waited for once more.',
  data: caseData,

  async run(desk, who, { case: id }) {
    const row = await findNamedCase(desk, who, { id });
    return { text: await remindOthers(desk, row, who) };
  },
});
