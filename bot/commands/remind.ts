import { remindOthers } from '../cases/reminding.ts';
import { askers, caseData, defineCommand } from './command.ts';
import { findNamedCase, type Named } from './findCase.ts';

export const remind = defineCommand<Named>({
  name: 'remind',
  does: 'Calls those who are waited for once more.',
  roles: askers,
  words: {
    usage: 'remind CASE',
    example: 'remind OFF-42',
    read: (words) => ({ words, example: 'remind' }),
  },
  data: caseData.transform(({ case: id }) => ({ id })),

  async run(desk, who, named) {
    const row = await findNamedCase(desk, who, named);
    return { text: await remindOthers(desk, row, who) };
  },
});
