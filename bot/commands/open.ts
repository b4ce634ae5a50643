import { caseData, defineCommand, staff } from './command.ts';
import { findNamedCase } from './findCase.ts';

export const open = defineCommand({
  name: 'open',
  does: 'Shows anew, at the end of the chat, the card of a case that waits for you.',
  data: caseData,

  async run(desk, who, { case: id }) {
    await desk.roles.require(who, staff, 'look at cases');
    const row = await findNamedCase(desk, who, { id });
    return { openCase: row.id };
  },
});
