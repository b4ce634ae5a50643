import { cancelCase, nameOf } from '../cases/cases.ts';
import { caseData, defineCommand } from './command.ts';
import { findNamedCase, type Named } from './findCase.ts';

export const cancel = defineCommand<Named>({
  name: 'cancel',
  does: 'Ends an open case. What was done before stays done.',
  words: { usage: 'cancel CASE', read: (words) => ({ words, example: 'cancel' }) },
  data: caseData.transform(({ case: id }) => ({ id })),

  async run(desk, who, named) {
    await desk.roles.require(who, ['helpdesk', 'approver', 'admin'], 'cancel a case');
    const row = await findNamedCase(desk, who, named);
    await cancelCase(desk, row, who);
    return { showCase: row.id, text: `${nameOf(desk, row)} is canceled.` };
  },
});
