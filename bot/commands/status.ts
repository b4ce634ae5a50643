import { z } from 'zod';
import { caseStatus } from '../cards/caseStatus.ts';
import { readCaseView } from '../cases/caseView.ts';
import { Refusal } from '../errors.ts';
import { findCase } from '../store/cases.ts';
import { readJournal } from '../store/journal.ts';
import { defineCommand, inputs } from './command.ts';
import { namedCase } from './namedCase.ts';

export const status = defineCommand({
  name: 'status',
  usage: 'status CASE or PERSON',
  does: 'Shows where a case stands, with its journal in words.',

  async run(desk, request) {
    await desk.roles.require(request.actor, ['helpdesk', 'approver', 'admin'], 'look at cases');
    const { runtime } = desk;
    const row =
      request.tapped === null
        ? await namedCase(desk, request, 'status')
        : await findCase(runtime.db, inputs(request, z.object({ case: z.coerce.number().int().positive() })).case);
    if (row === undefined) throw new Refusal('no-case', 'There is no such case. Type “cases all” to see every case.');
    return { card: caseStatus(await readCaseView(runtime, row), await readJournal(runtime.db, row.id)) };
  },
});
