import type { CaseView, StepView } from '../cases/caseView.ts';
import { inWords } from '../clock.ts';
import { type StepOutcome, stepState, type Tone } from '../engine/states.ts';
import type { Change } from '../engine/step.ts';
import { count } from './text.ts';

/** Lines of a list that a card shows before "and N more". */
const mostLines = 5;
const mostRestCharacters = 2500;
/** Names in the directory can have 256 characters. */
const longestLine = 160;

export const saying = (changes: readonly Change[]): string[] => changes.map(({ says }) => says);

/** The first few lines, and the rest as one text to be unfolded. */
export function folded(all: string[]): { lines: string[]; more: string; rest: string } {
  const lines = all.map((line) => (line.length > longestLine ? `${line.slice(0, longestLine - 1)}…` : line));
  if (lines.length <= mostLines + 1) return { lines, more: '', rest: '' };
  const hidden = lines.slice(mostLines);
  let rest = '';
  let told = 0;
  for (const line of hidden) {
    if (rest.length + line.length > mostRestCharacters) break;
    rest += (told === 0 ? '' : ' · ') + line;
    told++;
  }
  if (told < hidden.length) rest += ` · and ${hidden.length - told} more`;
  return { lines: lines.slice(0, mostLines), more: `Show ${count(hidden.length, 'more change')}`, rest };
}

export interface StateWords {
  mark: string;
  state: string;
  tone: Tone;
}

/** What came of a step in a case that is over. What was begun and left is not “not done”: some of it may be. */
export function outcomeOf({ row: { state, before } }: StepView): StepOutcome {
  const { report } = stepState(state);
  if (state === 'running') return before === null ? 'not done' : 'begun';
  return before !== null && (report === 'not done' || report === 'skipped') ? 'begun' : report;
}

/** A step's state as people read it: who is waited for depends on who reads, and nobody is once the case is over. */
export function stateOf(one: StepView, over: boolean | undefined, forApprover = false): StateWords {
  const { row, planned } = one;
  const { mark, tone, words, settled } = stepState(row.state);
  if (over && !settled && row.state !== 'verifying' && row.state !== 'failed')
    return outcomeOf(one) === 'begun'
      ? { mark: '!', state: 'begun, not proved', tone: 'attention' }
      : { mark: '–', state: 'not done', tone: 'warning' };
  if (row.state === 'planned' && planned.kind === 'by-hand') return { mark: '✋', state: 'planned, by hand', tone };
  if (row.state === 'awaiting-confirmation' && planned.destructive)
    return { mark, state: 'waits for two approvers', tone };
  return { mark, state: row.state === 'awaiting-confirmation' && forApprover ? 'waits for you' : words, tone };
}

/** What the planned steps can't put back. */
export function cannotUndo(steps: StepView[]): string[] {
  return steps.flatMap(({ step, planned }) =>
    planned.kind === 'change' && step.cannotUndo !== null ? [`${step.title}: ${step.cannotUndo}`] : [],
  );
}

export function asked(view: CaseView): string {
  return `${view.name} · asked for by ${view.row.requesterName} · ${inWords(view.row.createdAt)}`;
}

/** Why somebody confirmed what destroys something. */
export const reasonOf = ({ row }: StepView): string => (row.reason === null ? '' : `Reason: “${row.reason}”`);

/** A by-hand step as lines to follow. */
export function handLines({ planned: { hand } }: StepView): {
  lines: string[];
  link: string;
  linkTitle: string;
  command: string;
} {
  if (hand === null) return { lines: [], link: '', linkTitle: '', command: '' };
  const lines = [`Who: ${hand.who}.`, ...hand.clicks.map((click, index) => `${index + 1}) ${click}`)];
  return { lines, link: hand.link, linkTitle: `Open ${hand.where}`, command: hand.command ?? '' };
}
