import { z } from 'zod';
import { changes as changesCard } from '../cards/changes.ts';
import { readCaseView } from '../cases/caseView.ts';
import { caseData, defineCommand, notOurs, staff } from './command.ts';
import { findNamedCase } from './findCase.ts';

/** Changes nothing: what another card shows a part of, whole and in pages. */
export const changes = defineCommand({
  name: 'changes',
  does: 'Shows everything that some steps of a case change.',
  data: caseData.extend({
    steps: z.array(z.string().max(60)).min(1).max(100),
    page: z.coerce.number().int().min(0).max(10_000).optional(),
  }),

  async run(desk, who, { case: id, steps, page }) {
    await desk.roles.require(who, staff, 'look at cases');
    const view = await readCaseView(desk.runtime, await findNamedCase(desk, who, { id }));
    if (!view.steps.some(({ step }) => steps.includes(step.id))) throw notOurs();
    const alone = who.place === 'personal';
    const card = changesCard(view, steps, page ?? 0, !alone);
    // A message of its own leaves what is typed on the plan as it is; among others, nothing of it stays.
    if (!alone) return { forTapper: card };
    return page === undefined ? { card } : { instead: card };
  },
});
