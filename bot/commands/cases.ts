import { caseList } from '../cards/caseList.ts';
import { nameOf } from '../cases/cases.ts';
import { subjectOf } from '../engine/runtime.ts';
import { Refusal } from '../errors.ts';
import { listCases } from '../store/cases.ts';
import { defineCommand } from './command.ts';

const most = 15;

export const cases = defineCommand({
  name: 'cases',
  usage: 'cases [mine | open | all]',
  does: 'Lists cases, the newest first; without a word, the open ones.',

  async run(desk, request) {
    await desk.roles.require(request.actor, ['helpdesk', 'approver', 'admin'], 'look at cases');
    const which = request.words.trim().toLowerCase() || 'open';
    if (!['mine', 'open', 'all'].includes(which))
      throw new Refusal('which', 'Write “cases mine”, “cases open” or “cases all”.');
    const filter = { onlyOpen: which === 'open', ...(which === 'mine' ? { requesterId: request.actor.id } : {}) };
    const { rows, total } = await listCases(desk.runtime.db, filter, most);
    if (total === 0) return { text: which === 'open' ? 'There are no open cases.' : 'There are no cases yet.' };
    const heading = { mine: 'Cases you asked for', open: 'Open cases', all: 'All cases' }[which] ?? '';
    const listed = rows.map((row) => ({
      id: row.id,
      name: nameOf(desk, row),
      person: subjectOf(desk.runtime, row).displayName,
      state: row.state,
      requester: row.requester_name,
      createdAt: row.created_at,
    }));
    return { card: caseList(heading, listed, total) };
  },
});
