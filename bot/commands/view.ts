import { caseData, defineCommand, staff } from './command.ts';
import { findNamedCase } from './findCase.ts';

/** Changes nothing: a card that many read is shown to each with what they may do. */
export const view = defineCommand({
  name: 'view',
  does: 'Shows the card as it is for whoever looks.',
  data: caseData,

  async run(desk, who, { case: id }) {
    await desk.roles.require(who, staff, 'look at cases');
    const row = await findNamedCase(desk, who, { id });
    return { showCase: row.id, text: 'Shown.' };
  },
});
