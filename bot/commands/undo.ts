import { z } from 'zod';
import { answer } from '../cards/answer.ts';
import { endAndUndo } from '../cards/cancelCase.ts';
import { type CaseDesk, cancelCase, nameOf, openCase } from '../cases/cases.ts';
import { readCaseView } from '../cases/caseView.ts';
import { type Playbook, placedSteps } from '../engine/playbook.ts';
import { type Case, casesOf, hasBegun, readSteps } from '../engine/readCase.ts';
import { playbookOf, subjectOf } from '../engine/runtime.ts';
import { caseState } from '../engine/states.ts';
import { Refusal } from '../errors.ts';
import { caseData, defineCommand, type Reply, staff, visible } from './command.ts';
import { findNamedCase, type Named } from './findCase.ts';

interface Wish {
  named: Named;
  /** Title of a step or of a stage; empty for all of the case. */
  part: string;
  /** Why a case that is open ends with it. */
  reason: string;
}

const longestPart = 100;

export const undo = defineCommand<Wish>({
  name: 'undo',
  does: 'Takes back what a case did, or one STEP or stage of it: shown first and approved like any other case. What was changed since is left alone.',
  roles: staff,
  words: {
    usage: 'undo CASE [STEP]',
    example: 'undo OFF-42',
    read({ text, mentioned }) {
      const [, number = '', part = ''] = /^((?:[a-z]+[-\s]?)?\d+)\b[\s,:]*(.*)$/i.exec(text.trim()) ?? [];
      const words = { text: number === '' ? text : number, mentioned };
      return { named: { words, example: 'undo' }, part: part.slice(0, longestPart + 1), reason: '' };
    },
  },
  data: caseData
    .extend({
      part: z.string().max(longestPart).default(''),
      reason: z
        .string()
        .transform(visible)
        .pipe(z.string().max(500, 'The reason can have 500 characters at most.'))
        .default(''),
    })
    .transform(({ case: id, ...how }) => ({ named: { id }, ...how })),

  async run(desk, who, { named, part, reason }): Promise<Reply> {
    await desk.roles.require(who, staff, 'undo a case');
    const row = await findNamedCase(desk, who, named);
    const playbook = requireUndoing(desk, row);
    const steps = part === '' ? null : stepsCalled(playbookOf(desk.runtime, row), part);
    await requireLatest(desk, row);
    const done = (await readSteps(desk.runtime.db, row.id)).filter(
      (step) => hasBegun(step) && (steps === null || steps.includes(step.stepId)),
    );
    const name = nameOf(desk, row);
    if (done.length === 0)
      throw new Refusal(
        'empty',
        `${name} changed nothing${steps === null ? '' : ' there'}, so there is nothing to undo.${caseState(row.state).closed ? '' : ` To end it, type “cancel ${name}”.`}`,
      );
    if (!caseState(row.state).closed) {
      // Nobody undoes what is still being done.
      if (reason === '') return { card: endAndUndo(await readCaseView(desk.runtime, row), part), buttonsOf: row.id };
      await cancelCase(desk, row, who, reason);
    }
    const opened = await openCase(desk, playbook, {
      actor: who,
      origin: who.origin,
      subjectId: row.subjectId,
      urgent: false,
      undoes: { caseId: row.id, steps },
    });
    const { displayName } = subjectOf(desk.runtime, row);
    const text = `${nameOf(desk, opened)}: looking at what of ${name} (${displayName}) can be taken back. The plan comes in a moment; nothing is changed.`;
    // A case's own card stays what it is.
    return reason !== '' ? { instead: answer(`Undo ${name}`, [text]) } : { text };
  },
});

/** @throws Refusal for a case that takes another one back itself */
function requireUndoing({ runtime }: CaseDesk, row: Case): Playbook {
  const found = runtime.playbooks.find(({ undoes }) => undoes === row.playbook);
  if (found !== undefined) return found;
  const takesBack = playbookOf(runtime, row).undoes !== undefined;
  throw new Refusal(
    'what',
    takesBack
      ? 'That case takes another one back itself. To do it again, ask for it anew.'
      : 'Nothing of such a case can be taken back. Its plan said so.',
  );
}

/** What an older case noted is not how it was before a later one. @throws Refusal where there is a later one */
async function requireLatest(desk: CaseDesk, row: Case): Promise<void> {
  const { db } = desk.runtime;
  for (const other of await casesOf(db, row.subjectId)) {
    if (other.id <= row.id) return;
    if (other.undoes === null && (await readSteps(db, other.id)).some(hasBegun))
      throw new Refusal(
        'which',
        `${nameOf(desk, other)} did something about ${subjectOf(desk.runtime, row).displayName} since, so what ${nameOf(desk, row)} found is no longer how it was. Type “undo ${nameOf(desk, other)}”.`,
      );
  }
}

/** Ids of the step, or of the steps of the stage, that somebody means. @throws Refusal when there is none, or several could be meant */
function stepsCalled(playbook: Playbook, part: string): string[] {
  const said = part
    .toLowerCase()
    .replace(/[-\s]+/g, ' ')
    .trim();
  const isCalled = (title: string) => title.toLowerCase().replace(/[-\s]+/g, ' ') === said;
  if (playbook.takenBackTogether?.word === said) return playbook.takenBackTogether.steps.map(({ id }) => id);
  const stage = playbook.stages.find(({ title }) => isCalled(title));
  if (stage !== undefined) return stage.steps.map(({ step }) => step.id);
  const steps = placedSteps(playbook).map(({ step }) => step);
  const whole = steps.filter(({ id, title }) => isCalled(title) || isCalled(id));
  const found = whole.length > 0 ? whole : steps.filter(({ title }) => title.toLowerCase().includes(said));
  const [one, another] = found;
  if (one === undefined)
    throw new Refusal(
      'unknown',
      `There is no step or stage “${part}”. The stages are ${playbook.stages.map(({ title }) => `“${title}”`).join(', ')}.`,
    );
  if (another !== undefined)
    throw new Refusal(
      'several',
      `Which one: ${found.map(({ title }) => `“${title}”`).join(', ')}? Write its whole name.`,
    );
  return [one.id];
}
