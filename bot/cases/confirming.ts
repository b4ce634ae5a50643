import { isApart } from '../engine/agreement.ts';
import type { CaseRecord } from '../engine/caseRecord.ts';
import { type Case, type CaseStep, readSteps } from '../engine/readCase.ts';
import { statesWith } from '../engine/states.ts';
import { Refusal } from '../errors.ts';
import type { Actor } from './actor.ts';
import { findLapsed, noLongerCounts, oneMoreIsNeeded, requireApprover } from './approvals.ts';
import type { CaseDesk } from './cases.ts';
import { changeSteps, definition, move, type StageButton } from './stages.ts';

/**
 * Confirms: the steps start. What destroys something asks for a reason, and then for somebody else.
 * @returns what the approver is to know at once, where the first confirmation no longer counts; else null
 */
export async function confirmSteps(
  desk: CaseDesk,
  row: Case,
  button: StageButton,
  actor: Actor,
  reason: string,
): Promise<string | null> {
  await requireApprover(desk, row, actor, 'confirm this');
  const lapsed = await findLapsed(desk, await confirmedFirst(desk, row, button));
  const several = button.steps.length > 1;
  const said: string[] = [];
  await changeSteps(desk, row, button, actor, statesWith('confirm'), async (record, step) => {
    const { title } = definition(desk, row, step);
    const planned = step.found ?? step.plan;
    const { destructive, kind, why } = planned;
    const byHand = kind === 'by-hand';
    // However a button was made.
    if (isApart(planned) && several) return false;
    if (destructive && step.state === 'awaiting-confirmation') return confirmFirst(record, step, title, actor, reason);
    if (step.state === 'awaiting-second-approver' && step.confirmedBy === actor.id)
      throw new Refusal('twice', 'You have already confirmed this. It needs a second approver: somebody else.');
    const second = step.state === 'awaiting-second-approver';
    if (second && lapsed.has(step.confirmedBy ?? '')) {
      const words = noLongerCounts(step.confirmedName, `confirmation of “${title}”`);
      said.push(words, oneMoreIsNeeded);
      return confirmInstead(record, step, title, actor, words);
    }
    const by = second
      ? { secondBy: actor.id, secondName: actor.name }
      : { confirmedBy: actor.id, confirmedName: actor.name };
    return move(record, step, {
      to: byHand ? 'by-hand' : 'queued',
      change: byHand ? { ...by, words: why, startedAt: record.at.toISOString() } : { ...by, tries: 0, words: null },
      what: 'confirmed',
      data: { name: actor.name },
      words: second ? `${actor.name} agreed as second approver: ${title}.` : `${actor.name} confirmed: ${title}.`,
      wake: byHand ? 'case' : 'step',
    });
  });
  return said.length === 0 ? null : said.join(' ');
}

/** Who confirmed what the button is about and waits for somebody else. */
async function confirmedFirst({ runtime }: CaseDesk, row: Case, button: StageButton): Promise<string[]> {
  return (await readSteps(runtime.db, row.id))
    .filter(({ state, stepId }) => state === 'awaiting-second-approver' && button.steps.includes(stepId))
    .flatMap(({ confirmedBy }) => confirmedBy ?? []);
}

async function confirmFirst(
  record: CaseRecord,
  step: CaseStep,
  title: string,
  actor: Actor,
  reason: string,
): Promise<boolean> {
  if (reason === '')
    throw new Refusal('no-reason', `“${title}” destroys something: write the reason, then confirm again.`);
  return move(record, step, {
    to: 'awaiting-second-approver',
    change: { confirmedBy: actor.id, confirmedName: actor.name, reason },
    ...firstEntry(title, actor, reason),
  });
}

/** In the place of whoever confirmed first and may not any more; they agree to the reason that stands on the card. */
async function confirmInstead(
  record: CaseRecord,
  step: CaseStep,
  title: string,
  actor: Actor,
  words: string,
): Promise<boolean> {
  if (!(await record.noteStep(step, { confirmedBy: actor.id, confirmedName: actor.name }))) return false;
  await record.journal('confirmation-void', words, { stepId: step.stepId, actorId: step.confirmedBy });
  const entry = firstEntry(title, actor, step.reason ?? '');
  await record.journal(entry.what, entry.words, { stepId: step.stepId, ...entry.data });
  return true;
}

const firstEntry = (title: string, actor: Actor, reason: string) => ({
  what: 'confirmed-first',
  words: `${actor.name} confirmed: ${title}. Reason: “${reason}” It needs a second approver.`,
  data: { reason, name: actor.name },
});
