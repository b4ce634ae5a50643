import { z } from 'zod';
import type { Reader } from '../cases/audience.ts';
import type { CaseView, StepView } from '../cases/caseView.ts';
import { inWords } from '../clock.ts';
import { hasBegun } from '../engine/readCase.ts';
import { type StepOutcome, stepState, type Tone } from '../engine/states.ts';
import type { Change } from '../engine/step.ts';
import { count, listed, plain, shown, tone } from './text.ts';

/** Lines of a list that a card shows before "and N more". */
const mostLines = 5;
const mostStaying = 20;
const mostRestCharacters = 2500;
/** Names in the directory can have 256 characters. */
const longestLine = 160;

export const saying = (changes: readonly Change[]): string[] => changes.map(({ says }) => says);

const letters = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** What is one letter to a reader, as an emoji or one with an accent, is left whole or out. */
export const shorten = (words: string, most: number): string =>
  words.length > most ? `${words.slice(0, letters.segment(words).containing(Math.max(0, most - 1))?.index)}…` : words;

export interface Folded {
  lines: string[];
  /** The button that unfolds the rest. */
  more: string;
  rest: string;
  /** Whether there is more than can be read here. */
  cut: boolean;
}

/**
 * The first few lines, and the rest as one text to be unfolded; where there is no room for all of that, the first alone.
 * @param longest as {@link fitting} has it
 */
export function folded(all: readonly string[], longest: number): Folded {
  const none = { more: '', rest: '' };
  if (longest === 0) return { ...none, lines: [], cut: all.length > 0 };
  const lines = all.map((line) => shorten(line, Math.min(longest, longestLine)));
  const cut = lines.some((line, index) => line !== all[index]);
  if (lines.length <= mostLines + 1) return { ...none, lines, cut };
  const [first, hidden] = [lines.slice(0, mostLines), lines.slice(mostLines)];
  const rest = hidden.join(' · ');
  if (rest.length > mostOfRest(longest)) return { ...none, lines: first, cut: true };
  return { lines: first, more: `Show ${count(hidden.length, 'more change')}`, rest, cut };
}

/** The same of what stands nowhere else: as much of the rest as there is room for. */
export function foldedEntries(all: readonly string[], longest: number): Omit<Folded, 'cut'> {
  const lines = all.map((line) => shorten(line, Math.min(longest, longestLine)));
  if (lines.length <= mostLines + 1) return { lines, more: '', rest: '' };
  const hidden = lines.slice(mostLines);
  const more = `Show ${count(hidden.length, 'more entry', 'more entries')}`;
  return { lines: lines.slice(0, mostLines), more, rest: joined(hidden, mostOfRest(longest)) };
}

const mostOfRest = (longest: number): number => Math.min(mostRestCharacters, longest * 5);

/** The button to a card with everything that a step changes, where this one has no room for it. */
export function wholeOf(
  { planned: { changes, leaves, warns = [] } }: StepView,
  { cut }: Folded,
  longest: number,
): string {
  if (cut) return `Show ${changes.length === 1 ? 'the change' : `all ${count(changes.length, 'change')}`}`;
  const isCut = staying(leaves, longest).join().length < leaves.map((text) => `Stays: ${text}`).join().length;
  return isCut || warns.some((text) => text.length > mostOfWarning(longest)) ? 'Show the whole text' : '';
}

/** As many as there is room for, and how many more there are. */
function joined(lines: readonly string[], most: number): string {
  let text = '';
  let told = 0;
  for (const line of lines) {
    if (text.length + line.length > most) break;
    text += (told === 0 ? '' : ' · ') + line;
    told++;
  }
  if (told === lines.length) return text;
  return told === 0 ? `${lines.length} more` : `${text} · and ${lines.length - told} more`;
}

/** What stays for people to look at: each in a line, as long as there is room. */
export function staying(leaves: readonly string[], longest: number): string[] {
  if (leaves.length === 0) return [];
  if (longest === 0) return [`${count(leaves.length, 'thing')} ${leaves.length === 1 ? 'stays' : 'stay'}`];
  const lines = leaves.map((line) => shorten(line, longest));
  const most = longest >= 300 ? mostStaying : mostLines;
  if (lines.length <= most + 1) return lines.map((line) => `Stays: ${line}`);
  const rest = joined(lines.slice(most), mostOfRest(longest));
  return [...lines.slice(0, most).map((line) => `Stays: ${line}`), `Stays, too: ${rest}`];
}

/** A step in one line, with what it waits for: of progress and proof. */
export const stepLine = z.object({ mark: plain, tone, title: shown, state: shown, words: shown });

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

/** What the planned steps can’t put back, in a line: what destroys something first. Why not stands with each step. */
export function cannotUndo(steps: StepView[]): string {
  const final = steps.filter(({ step, planned }) => planned.kind === 'change' && step.cannotUndo !== null);
  const [destroying, others] = [final.filter(destroys), final.filter((one) => !destroys(one))];
  return [...destroying, ...others].map(({ step }) => step.title).join(', ');
}
const destroys = ({ planned }: StepView): boolean => planned.destructive;

/** Where the case is, and why it was asked for. */
function placeOf({ name, row, approvals, undoes }: CaseView): string {
  const asked = `asked for by ${row.requesterName}, ${inWords(row.createdAt)}`;
  const approved = row.state === 'running' ? approvals.map(({ actorName }) => actorName) : [];
  const agreed = approved.length === 0 ? '' : `approved by ${listed(approved)}`;
  return [
    name,
    undoes === null ? '' : `takes back ${undoes}`,
    asked,
    agreed,
    row.ticket === null ? '' : `“${row.ticket}”`,
  ]
    .filter(Boolean)
    .join(' · ');
}

/** How every card about a case begins: whom it is about, where it stands, and what is to be read first. */
export const head = z.object({
  caseId: z.number(),
  heading: shown,
  line: shown,
  place: shown,
  status: shown,
  statusTone: tone,
});

export const headOf = (view: CaseView, heading: string) => ({
  caseId: view.row.id,
  heading,
  line: view.about.line,
  place: placeOf(view),
});

/** What is taken back with one tap when people feel it, once there is something of it. */
export const undoing = z.object({ undoTitle: plain, undoPart: plain });
export const noUndoing = { undoTitle: '', undoPart: '' };
export function undoingOf({ row, playbook, steps }: CaseView, { audience }: Reader): z.input<typeof undoing> {
  const { word = '', steps: together = [] } = playbook.takenBackTogether ?? {};
  const isDone = steps.some((one) => together.some(({ id }) => id === one.step.id) && hasBegun(one.row));
  const isOffered = isDone && row.state === 'running' && audience !== 'everyone';
  return isOffered ? { undoTitle: `Undo ${word}…`, undoPart: word } : noUndoing;
}

/** Why somebody confirmed what destroys something. */
export const reasonOf = ({ row }: StepView): string => (row.reason === null ? '' : `Reason: “${row.reason}”`);

export const warning = z.object({ word: plain, tone, text: shown });
type Warning = z.input<typeof warning>;

/** What is destroyed is counted where not all of it is told. */
function firstOf(lines: readonly string[], longest: number): string[] {
  const first = lines.slice(0, mostLines).map((line) => shorten(line, Math.min(longest, longestLine)));
  return lines.length > mostLines ? [...first, `${lines.length - mostLines} more, which its step tells`] : first;
}

const mostOfWarning = (longest: number): number => Math.min(300, Math.max(longest, 80));

/** What hurts, to be read before all else: what is destroyed, what is lost or stays, and what the kind of subject says. */
export function warningsOf(view: CaseView, steps: readonly StepView[], longest: number): Warning[] {
  const most = mostOfWarning(longest);
  const warn = (text: string): Warning => ({ word: 'Warning: ', tone: 'warning', text: shorten(text, most) });
  const destroyed = steps
    .filter(destroys)
    .flatMap(({ planned: { kind, why, changes } }) =>
      kind === 'by-hand' ? [shorten(`By hand: ${why}`, most)] : firstOf(saying(changes), most),
    );
  return [
    ...destroyed.map((text): Warning => ({ word: 'Destroys: ', tone: 'attention', text })),
    ...steps.flatMap(({ planned }) => planned.warns ?? []).map(warn),
    ...view.warnings.map(warn),
  ];
}

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
