import type { Case, CaseStep } from '../engine/readCase.ts';
import { caseState } from '../engine/states.ts';
import type { Actor } from './actor.ts';
import type { CaseView } from './caseView.ts';

export const placeNames = ['you', 'others', 'running', 'done'] as const;
export type PlaceName = (typeof placeNames)[number];

/** Where a case stands for whoever asks: whom it waits for, in words. */
export interface Place {
  name: PlaceName;
  says: string;
}

interface Wait {
  /** Whoever could end it. */
  able: readonly Actor[];
  /** Follows “Waits for …”. */
  to: string;
}

/** Where a closed case stands, which takes no more than its row; null for an open one. */
export function closedPlace({ state }: Case): Place | null {
  const { words, closed } = caseState(state);
  return closed ? { name: 'done', says: words.charAt(0).toUpperCase() + words.slice(1) } : null;
}

/** Where an open case stands. @param approvers everybody who may approve anything */
export function openPlace(view: CaseView, approvers: readonly Actor[], viewer: Pick<Actor, 'id'>): Place {
  const waits = waitsOf(view, approvers);
  const theirs = waits.find(({ able }) => able.some(({ id }) => id === viewer.id));
  if (theirs !== undefined) return { name: 'you', says: `Waits for you ${theirs.to}` };
  const [first] = waits;
  if (first !== undefined) return { name: 'others', says: `Waits for ${inWords(first.able)} ${first.to}` };
  return { name: 'running', says: view.row.note ?? goesOn(view) };
}

/** Everybody who could end what is waited for, each once. */
export const whoCouldAct = (view: CaseView, approvers: readonly Actor[]): Actor[] => [
  ...new Map(waitsOf(view, approvers).flatMap(({ able }) => able.map((one) => [one.id, one] as const))).values(),
];

function waitsOf({ row, steps, approvals, playbook, subject, options }: CaseView, approvers: readonly Actor[]): Wait[] {
  const requester = { id: row.requesterId, name: row.requesterName };
  const deciding = approvers.filter(
    ({ id }) => id !== row.requesterId && playbook.subject.conflict(subject, options, id) === null,
  );
  const besides = (ids: readonly (string | null)[]) => deciding.filter(({ id }) => !ids.includes(id));
  if (row.state === 'draft') return [{ able: [requester], to: 'to fill in the plan' }];
  if (row.state === 'awaiting-approval')
    return [{ able: besides(approvals.map(({ actorId }) => actorId)), to: 'to approve the plan' }];
  if (row.state !== 'running' || !row.stageOpen) return [];
  const inState = (state: CaseStep['state']) =>
    steps.map((one) => one.row).filter((step) => step.stage === row.stage && step.state === state);
  const second = inState('awaiting-second-approver');
  const team = [requester, ...deciding];
  return [
    ...some(inState('awaiting-confirmation'), deciding, (n) => `to confirm ${n}`),
    ...second.flatMap((step) => some([step], besides([step.confirmedBy]), () => 'to agree as second approver')),
    ...some(inState('failed'), team, (n) => `to retry or skip ${n} that failed`),
    ...some(inState('by-hand'), team, (n) => `to do ${n} by hand`),
  ];
}

function some(steps: readonly CaseStep[], able: readonly Actor[], to: (howMany: string) => string): Wait[] {
  if (steps.length === 0) return [];
  return [{ able, to: to(steps.length === 1 ? 'a step' : `${steps.length} steps`) }];
}

const goesOn = ({ row, playbook }: CaseView): string =>
  row.state === 'running'
    ? `Stage ${row.stage + 1} of ${playbook.stages.length} runs: ${playbook.stages[row.stage]?.title}`
    : 'The plan is being drawn up';

const mostNames = 3;

/** “Arno, Priya or 2 others” */
function inWords(able: readonly Actor[]): string {
  if (able.length === 0) return 'an approver, and there is none,';
  const named = able.slice(0, able.length > mostNames ? mostNames - 1 : mostNames).map(({ name }) => name);
  const all = able.length > mostNames ? [...named, `${able.length - named.length} others`] : named;
  return all.join(', ').replace(/, (?=[^,]*$)/, ' or ');
}
