import { z } from 'zod';
import type { Reader } from '../cases/audience.ts';
import type { CaseView, StepView } from '../cases/caseView.ts';
import { inWords } from '../clock.ts';
import { caseState, isSettled, type StepState, stepState, type Tone } from '../engine/states.ts';
import { firstBrokenEntry, type JournalEntry } from '../store/journal.ts';
import { type Card, defineCard, fitting, largestStepsBytes } from './card.ts';
import { waitsFor } from './stage.ts';
import { stageStatus } from './stageStatus.ts';
import { head, headOf, shorten, stateOf, stepLine, undoing, undoingOf, warning, warningsOf } from './stepLines.ts';
import { count, plain, shown, tone } from './text.ts';

export const progressCard = defineCard(
  'progress',
  head.extend({
    ...undoing.shape,
    warnings: z.array(warning),
    stages: z.array(
      z.object({
        index: z.number(),
        mark: plain,
        tone,
        title: shown,
        counts: shown,
        now: z.array(stepLine),
        steps: z.array(stepLine),
        rest: shown,
      }),
    ),
    canOpen: z.boolean(),
    journal: z.boolean(),
    chain: shown,
    chainTone: tone,
    entries: z.array(z.object({ at: shown, words: shown })),
    page: shown,
    pages: z.array(z.object({ title: plain, page: z.number() })),
  }),
);

type JournalPage = ReturnType<typeof journalPage>;
const noJournal = { journal: false, chain: '', chainTone: 'default' as const, entries: [], page: '', pages: [] };

/** Where a case stands: one card a chat, kept up to date; with its journal for whoever asks. */
export const progress = (view: CaseView, reader: Reader, journal: JournalPage | null = null): Card =>
  fitting((longest) => drawProgress(view, reader, journal, longest), largestStepsBytes);

function drawProgress(view: CaseView, reader: Reader, journal: JournalPage | null, longest: number): Card {
  const { row, name, subject, playbook, steps } = view;
  const { status, statusTone } = statusOf(view);
  const closed = caseState(row.state).closed === true;
  const data = {
    ...headOf(view, playbook.words.title(subject.displayName)),
    status,
    statusTone,
    warnings: closed
      ? []
      : warningsOf(
          view,
          steps.filter((one) => !isSettled(one.row)),
          longest,
        ),
    stages: playbook.stages.flatMap(({ title }, index) => {
      const ofStage = steps.filter((one) => one.row.stage === index);
      return ofStage.length === 0 ? [] : { index, title, ...stageLine(view, index, ofStage, longest) };
    }),
    ...undoingOf(view, reader),
    canOpen: !closed && waitsForReader(view, reader),
    ...(journal ?? noJournal),
  };
  return progressCard.render(data, `${name}: ${data.heading}. ${status}`);
}

/** Whether somebody is waited for: to ask, to approve, or to act on a step. */
export function waitsForReader(view: CaseView, reader: Reader): boolean {
  const { row } = view;
  if (row.state === 'draft' || row.state === 'rejected') return reader.audience === 'requester';
  if (row.state === 'awaiting-approval')
    return reader.audience === 'approver' && !view.approvals.some(({ actorId }) => actorId === reader.id);
  return view.steps.some((one) => waitsFor(view, one, reader));
}

function named(heading: string, steps: readonly StepView[], state: StepState): string {
  const titles = steps.filter(({ row }) => row.state === state).map(({ step }) => step.title);
  return titles.length === 0 ? '' : `${heading}: ${titles.join(' · ')}.`;
}

const mostNow = 5;

function stageLine(view: CaseView, index: number, steps: StepView[], longest: number) {
  const over = caseState(view.row.state).closed;
  const lineOf = (one: StepView, told: boolean) => ({
    title: one.step.title,
    ...stateOf(one, over),
    words: told || isSettled(one.row) ? shorten(one.row.words ?? '', Math.min(longest, 160)) : '',
  });
  const needed = steps.filter(({ row }) => row.state !== 'not-needed');
  const settled = needed.filter(({ row }) => isSettled(row));
  const isOpen = !over && view.row.stage === index && view.row.stageOpen;
  const lively = ({ row, planned }: StepView) =>
    stepState(row.state).working ||
    ['by-hand', 'failed', 'awaiting-second-approver'].includes(row.state) ||
    // What destroys something waits longest, and others wait for it.
    (row.state === 'awaiting-confirmation' && planned.destructive);
  const now = isOpen ? needed.filter(lively).slice(0, mostNow) : [];
  // What has not come yet and what is not needed is told by name alone: a card must not grow too large.
  const isNamed = ({ row }: StepView) => row.state === 'planned' || row.state === 'not-needed';
  const others = steps.filter((one) => !now.includes(one) && !isNamed(one));
  const rows = {
    now: now.map((one) => lineOf(one, true)),
    steps: others.map((one) => lineOf(one, false)),
    rest: [named('To come', steps, 'planned'), named('Not needed', steps, 'not-needed')].filter(Boolean).join(' '),
  };
  if (needed.length === 0) return { mark: '–', tone: 'default' as const, counts: 'nothing to do', ...rows };
  const skipped = needed.filter(({ row }) => row.state === 'skipped').length;
  const ordered = needed.filter(({ row }) => row.state === 'ordered').length;
  const besides = [ordered > 0 ? `, ${ordered} ordered` : '', skipped > 0 ? `, ${skipped} skipped` : ''].join('');
  const counts = `${settled.length - skipped - ordered} of ${needed.length} done${besides}`;
  if (settled.length === needed.length)
    return {
      mark: skipped + ordered > 0 ? '–' : '✓',
      tone: skipped + ordered > 0 ? ('warning' as const) : ('good' as const),
      counts,
      ...rows,
    };
  if (!isOpen)
    return {
      mark: '○',
      tone: 'default' as const,
      counts: settled.length > 0 ? counts : count(needed.length, 'step'),
      ...rows,
    };
  const failed = needed.some(({ row }) => row.state === 'failed');
  return { mark: failed ? '✕' : '◑', tone: failed ? ('attention' as const) : ('accent' as const), counts, ...rows };
}

function statusOf(view: CaseView): { status: string; statusTone: Tone } {
  const { row, steps, playbook, subject } = view;
  const { words, tone: statusTone, closed } = caseState(row.state);
  const sentence = `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;
  if (row.state === 'finished') return { status: `${playbook.words.done(subject.displayName)}.`, statusTone };
  if (closed || row.state !== 'running') return { status: row.note ?? sentence, statusTone };
  const { title = '' } = playbook.stages[row.stage] ?? {};
  const now = steps.filter((one) => one.row.stage === row.stage);
  if (!row.stageOpen) return { status: row.note ?? `“${title}” comes next.`, statusTone };
  const { status, statusTone: toneNow } = stageStatus(view, row.stage, now);
  return { status: `${title}: ${status}`, statusTone: toneNow };
}

/** What a card can hold of the journal at once. */
const pageLength = 12;
const longestEntry = 300;

/** @param page 0 is the newest */
export function journalPage(entries: JournalEntry[], differing: readonly string[], page: number) {
  const broken = firstBrokenEntry(entries);
  const end = Math.max(0, entries.length - page * pageLength);
  const start = Math.max(0, end - pageLength);
  return {
    journal: true,
    chain: `${unbroken(entries, broken)} ${fits(differing)}`,
    chainTone: broken === null && differing.length === 0 ? ('good' as const) : ('attention' as const),
    entries: entries
      .slice(start, end)
      .map((entry) => ({ at: inWords(entry.at), words: shorten(entry.words, longestEntry) })),
    page: entries.length > pageLength ? `Entries ${start + 1}–${end} of ${entries.length}.` : '',
    pages: [
      ...(start > 0 ? [{ title: 'Earlier', page: page + 1 }] : []),
      ...(page > 0 ? [{ title: 'Later', page: page - 1 }] : []),
    ],
  };
}

const unbroken = (entries: JournalEntry[], broken: number | null): string =>
  broken === null
    ? `${count(entries.length, 'entry', 'entries')}, none changed or missing.`
    : `Entry ${broken} is not as it was written. Tell your Signoff admin.`;

const fits = (differing: readonly string[]): string =>
  differing.length === 0
    ? 'The case is as they say.'
    : `The case is not as they say: ${differing.join(', ')}. Tell your Signoff admin.`;
