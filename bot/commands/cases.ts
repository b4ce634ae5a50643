import { caseList } from '../cards/caseList.ts';
import { nameOf } from '../cases/cases.ts';
import { listCases } from '../engine/readCase.ts';
import { subjectOf } from '../engine/runtime.ts';
import { Refusal } from '../errors.ts';
import { defineCommand } from './command.ts';

const most = 15;
const headings = { mine: 'Cases you asked for', open: 'Open cases', all: 'All cases' };
const none = {
  mine: 'You have asked for no cases yet. Type “cases all” to see everybody’s.',
  open: 'There are no open cases.',
  all: 'There are no cases yet.',
};
type Which = keyof typeof headings;

export const cases = defineCommand<Which>({
  name: 'cases',
  does: 'Lists cases, the newest first; without a word, the open ones.',
  words: {
    usage: 'cases [mine | open | all]',
    read({ text }) {
      const which = (Object.keys(headings) as Which[]).find((one) => one === (text.trim().toLowerCase() || 'open'));
      if (which === undefined) throw new Refusal('which', 'Write “cases mine”, “cases open” or “cases all”.');
      return which;
    },
  },

  async run(desk, who, which) {
    await desk.roles.require(who, ['helpdesk', 'approver', 'admin'], 'look at cases');
    const mine = which === 'mine' ? { requesterId: who.id } : {};
    const filter = { onlyOpen: which === 'open', besidesSubject: who.id, ...mine };
    const { rows, total } = await listCases(desk.runtime.db, filter, most);
    if (total === 0) return { text: none[which] };
    const listed = rows.map((row) => ({
      id: row.id,
      name: nameOf(desk, row),
      person: subjectOf(desk.runtime, row).displayName,
      state: row.state,
      requester: row.requesterName,
      createdAt: row.createdAt,
    }));
    return { card: caseList(headings[which], listed, total) };
  },
});
