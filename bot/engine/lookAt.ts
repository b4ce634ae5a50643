import { canonicalJson } from '../store/canonicalJson.ts';
import { type Looked, lookAtStep } from './plan.ts';
import type { Playbook } from './playbook.ts';
import type { Case } from './readCase.ts';
import { type CaseContext, contextFor, type Runtime, subjectOf } from './runtime.ts';
import type { Step } from './step.ts';
import type { Subject } from './subject.ts';

/** A subject and steps as they were found in one look, by the step's id. */
export interface Look {
  subject: Subject;
  found: ReadonlyMap<string, Looked>;
}

/**
 * Reads the subject anew and looks at steps beside it, each thing once. The steps are shown the subject as the case knows
 * it; where it turns out to be another by now, they are looked at again.
 * @param how `patient` throws what passes by itself, so that the whole is tried again a little later; with `recent`, a
 *   subject that was read within the last seconds will do
 * @throws Refusal when the subject may not be touched (any more)
 */
export async function lookAt(
  runtime: Runtime,
  playbook: Playbook,
  row: Case,
  steps: readonly Step[],
  { patient, recent = false }: { patient: boolean; recent?: boolean },
): Promise<Look> {
  const graph = runtime.graph.remembering();
  const context = await contextFor({ ...runtime, graph, exchange: runtime.exchange.remembering() }, row);
  const presumed = subjectOf(runtime, row);
  const [read, beside] = await Promise.allSettled([
    recent ? runtime.subjects.recent(playbook, row) : runtime.subjects.read(playbook, row, graph),
    lookAtSteps(steps, context, patient),
  ]);
  if (read.status === 'rejected') throw read.reason;
  const subject = read.value;
  if (!isSame(playbook, presumed, subject))
    return { subject, found: await lookAtSteps(steps, { ...context, subject }, patient) };
  if (beside.status === 'rejected') throw beside.reason;
  return { subject, found: beside.value };
}

const isSame = ({ subject: { matters } }: Playbook, one: Subject, other: Subject): boolean =>
  canonicalJson(matters(one)) === canonicalJson(matters(other));

async function lookAtSteps(
  steps: readonly Step[],
  context: CaseContext,
  patient: boolean,
): Promise<ReadonlyMap<string, Looked>> {
  return new Map(
    await Promise.all(steps.map(async (step) => [step.id, await lookAtStep(step, context, patient)] as const)),
  );
}
