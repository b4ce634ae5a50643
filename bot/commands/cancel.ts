import { z } from 'zod';
import { answer } from '../cards/answer.ts';
import { cancelCase as cancelCaseCard } from '../cards/cancelCase.ts';
import { chatOf } from '../cases/audience.ts';
import { cancelCase, nameOf, requireCanceler } from '../cases/cases.ts';
import { readCaseView } from '../cases/caseView.ts';
import { hasBegun, readSteps } from '../engine/readCase.ts';
import { caseState } from '../engine/states.ts';
import { caseData, defineCommand, staff, visible } from './command.ts';
import { findNamedCase, type Named } from './findCase.ts';

interface Wish {
  named: Named;
  /** They have seen what it means. */
  sure: boolean;
  reason: string;
}

export const cancel = defineCommand<Wish>({
  name: 'cancel',
  does: 'Ends an open case. One that is under way asks for the reason first; what was done stays done.',
  roles: staff,
  words: {
    usage: 'cancel CASE',
    example: 'cancel OFF-42',
    read: (words) => ({ named: { words, example: 'cancel' }, sure: false, reason: '' }),
  },
  data: caseData
    .extend({
      sure: z.union([z.boolean(), z.stringbool()]).default(false),
      reason: z
        .string()
        .transform(visible)
        .pipe(z.string().max(500, 'The reason can have 500 characters at most.'))
        .default(''),
    })
    .transform(({ case: id, ...how }) => ({ named: { id }, ...how })),

  async run(desk, who, { named, sure, reason }) {
    await desk.roles.require(who, staff, 'cancel a case');
    const row = await findNamedCase(desk, who, named);
    await requireCanceler(desk, row, who);
    const { db } = desk.runtime;
    const mustAsk = row.state === 'running' || (await readSteps(db, row.id)).some(hasBegun);
    if (mustAsk && !sure && !caseState(row.state).closed)
      return { card: cancelCaseCard(await readCaseView(desk.runtime, row)), buttonsOf: row.id };
    await cancelCase(desk, row, who, reason);
    const text = `${nameOf(desk, row)} is canceled.`;
    if (sure) return { instead: answer(text, ['The report says what was done and what was not.']) };
    // Whoever asked for a case is told of its end in their own chat: once is enough.
    const isTold = 'words' in named && row.requesterId === who.id && who.origin === chatOf(who.id);
    return isTold ? { toldByCase: true } : { showCase: row.id, text };
  },
});
