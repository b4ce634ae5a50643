import { eventually } from './clock.ts';
import { asked, caseRow, pressed, steps } from './journey.ts';
import { people, type World } from './signoff.ts';

/** Two approvers agreed to remove a partner; the first stage is open. */
export async function removalApproved(
  world: World,
  who = 'Relecloud',
  inputs: Record<string, string> = {},
): Promise<number> {
  const caseId = await asked(world, `remove partner ${who}`, 'PRT');
  await pressed(world, people.helpdesk, { verb: 'submit', caseId }, { wait: '7', guests: 'delete', ...inputs });
  for (const person of [people.approver, people.second]) await pressed(world, person, { verb: 'approve', caseId });
  return caseId;
}

/**
 * Confirms and says done, with a note, whatever comes until this step waits for somebody, or until all is over.
 * @param elsewhere does by hand, in the tenant, what a by-hand step asks for
 */
export async function goUntil(
  world: World,
  caseId: number,
  stepId: string | null,
  elsewhere: (stepId: string) => void = () => undefined,
): Promise<void> {
  const done = new Set<string>();
  for (;;) {
    const next = await eventually('a step waits for somebody', async () => {
      const row = await caseRow(world, caseId);
      if (row.state !== 'running') return { row, step: undefined };
      const waiting = (await steps(world, caseId)).find(
        (one) =>
          one.stage === row.stage &&
          ['awaiting-confirmation', 'awaiting-second-approver', 'by-hand', 'failed'].includes(one.state) &&
          !done.has(`${one.stepId} ${one.state}`),
      );
      return waiting && { row, step: waiting };
    });
    const { step } = next;
    if (step === undefined) {
      if (next.row.state !== 'finished' || stepId !== null) throw new Error(`${next.row.state}: ${next.row.note}`);
      return;
    }
    if (step.stepId === stepId) return;
    if (step.state === 'failed') throw new Error(`${step.stepId} failed: ${step.words}`);
    done.add(`${step.stepId} ${step.state}`);
    const wanted = { caseId, step: step.stepId };
    if (step.state === 'by-hand') {
      elsewhere(step.stepId);
      await pressed(world, people.helpdesk, { verb: 'done', ...wanted }, { note: 'Seen to by our own people.' });
    } else {
      const second = step.state === 'awaiting-second-approver';
      const person = second ? people.second : people.approver;
      await pressed(world, person, { verb: 'confirm', ...wanted }, { reason: 'They leave.' });
    }
  }
}
