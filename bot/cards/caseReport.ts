import { z } from 'zod';
import { type CaseView, isOver, lastingSteps, type StepView } from '../cases/caseView.ts';
import { inWords } from '../clock.ts';
import { hasBegun } from '../engine/readCase.ts';
import { isSettled, type StepOutcome, stepState } from '../engine/states.ts';
import { type Card, defineCard, fitting, largestReportBytes } from './card.ts';
import { lettersOf } from './caseFile.ts';
import { head, headOf, outcomeOf, reasonOf, shorten, stateOf, stepLine } from './stepLines.ts';
import { count, listed, plain, shown, tone } from './text.ts';

const told = z.array(z.object({ title: shown, text: shown }));
const fact = z.array(z.object({ title: shown, value: shown }));

export const caseReportCard = defineCard(
  'caseReport',
  head.extend({
    told: shown,
    open: told,
    more: plain,
    rest: told,
    now: fact,
    stages: z.array(
      z.object({
        index: z.number(),
        title: shown,
        counts: shown,
        tone,
        steps: z.array(stepLine),
        changed: z.array(plain),
      }),
    ),
    people: fact,
    letters: z.array(z.object({ key: plain, title: plain, text: plain })),
  }),
);

/** What came of it: when they were locked out, what is still open, who has what now, and the proof. */
export const caseReport = (view: CaseView): Card => fitting((longest) => drawReport(view, longest), largestReportBytes);

function drawReport(view: CaseView, longest: number): Card {
  const { row, steps, playbook, subject } = view;
  const inOutcome = (...outcomes: StepOutcome[]) => steps.filter((one) => outcomes.includes(outcomeOf(one)));
  const finished = row.state === 'finished';
  const [skipped, begun] = [inOutcome('skipped').length, inOutcome('begun').length];
  const open = openItems(view);
  const counts = [
    `${count(inOutcome('proved').length, 'step')} proved`,
    ...some(inOutcome('ordered').length, 'ordered'),
    ...some(inOutcome('vouched').length, 'done on somebody’s word'),
    ...some(inOutcome('failed').length, 'failed'),
    ...some(begun, 'begun and not proved'),
    ...some(skipped, 'skipped'),
    ...some(inOutcome('not done').length, 'not done'),
    ...some(inOutcome('stays').length, 'left to be done by hand'),
  ];
  const untouched = steps.every(({ row: step }) => !hasBegun(step) && step.state !== 'running');
  const end = finished ? '' : ` ${row.note ?? 'The case is closed.'}`;
  const status = `${untouched ? 'Nothing was changed: ' : ''}${counts.join('; ')}.${end}`;
  const rest = [...open.first.slice(mostOpen), ...open.later];
  const data = {
    ...headOf(
      view,
      finished
        ? `${playbook.words.done(subject.displayName)}${skipped + begun > 0 ? `, but for what ${exceptions(skipped, begun)}` : ''}`
        : playbook.words.stopped(subject.displayName),
    ),
    status,
    // What stays by its nature, or comes later, is told below: nobody has left anything undone.
    statusTone: finished && allDone(steps) ? ('good' as const) : ('warning' as const),
    told: untouched ? '' : lockedOut(view),
    open: titledOnce(open.first.slice(0, mostOpen)),
    more:
      rest.length === 0 ? '' : open.first.length > 0 ? `Show ${rest.length} more` : `Show what stays (${rest.length})`,
    rest: titledOnce(rest),
    now: untouched ? [] : nowOf(view),
    stages: proofOf(view, longest),
    people: peopleOf(view),
    letters: lettersOf(view).map((one, index) => ({ key: String(index), ...one })),
  };
  return caseReportCard.render(data, `${view.name}: ${data.heading}. ${status}`);
}

const mostOpen = 4;
const allDone = (steps: readonly StepView[]): boolean =>
  steps.every((one) => ['proved', 'ordered', 'vouched', 'not needed'].includes(outcomeOf(one)));
const exceptions = (skipped: number, begun: number): string =>
  [...(skipped > 0 ? ['was skipped'] : []), ...(begun > 0 ? ['is not proved'] : [])].join(' or ');
const some = (n: number, what: string): string[] => (n > 0 ? [`${n} ${what}`] : []);

/** When nobody could get in any more, and how long after the last approval; or that they still may. */
function lockedOut({ playbook, steps, approvals, row }: CaseView): string {
  const outside = playbook.shutsOut.map(({ id }) => steps.find((one) => one.step.id === id));
  const open = outside.filter((one) => one !== undefined && (!isSettled(one.row) || one.row.state === 'skipped'));
  const finished = row.closedAt === null ? '' : `Closed ${inWords(row.closedAt)}.`;
  if (open.length > 0)
    return `Not wholly locked out: ${listed(open.map((one) => `“${one?.step.title}”`))} ${open.length === 1 ? 'is' : 'are'} not done. ${finished}`;
  const proved = outside.flatMap((one) => (one?.row.state === 'proved' ? (one.row.settledAt ?? []) : [])).sort();
  const at = proved.at(-1);
  if (at === undefined) return finished;
  const approved = approvals
    .map((one) => one.at)
    .sort()
    .at(-1);
  const after = approved === undefined ? '' : `, ${duration(Date.parse(at) - Date.parse(approved))} after the approval`;
  return `Locked out ${inWords(at)}${after}. ${finished}`;
}

function duration(ms: number): string {
  const seconds = Math.max(1, Math.round(ms / 1000));
  if (seconds < 120) return count(seconds, 'second');
  const minutes = Math.round(seconds / 60);
  if (minutes < 120) return count(minutes, 'minute');
  return minutes < 48 * 60 ? count(Math.round(minutes / 60), 'hour') : count(Math.round(minutes / 1440), 'day');
}

/** What follows of the same step goes without its name. */
const titledOnce = (items: readonly Item[]): Item[] =>
  items.map(({ title, text }, index) => ({ title: title === items[index - 1]?.title ? '' : `${title}: `, text }));

type Item = { title: string; text: string };
const undoneWords = {
  failed: 'failed',
  ordered: 'ordered',
  begun: 'begun, not proved',
  stays: 'to be done by hand',
  skipped: 'skipped',
} as const;

/** What somebody may still have to do; of what could be done, what of it stays. */
function openItems(view: CaseView): { first: Item[]; later: Item[] } {
  const { steps } = view;
  const inOutcome = (outcome: StepOutcome) => steps.filter((one) => outcomeOf(one) === outcome);
  const undone = Object.entries(undoneWords).flatMap(([outcome, words]) =>
    inOutcome(outcome as keyof typeof undoneWords).map((one) => ({
      title: `${one.step.title} (${words})`,
      text: [wordsOf(one), reasonOf(one)].filter(Boolean).join(' '),
    })),
  );
  const notDone = inOutcome('not done').map(({ step }) => step.title);
  if (notDone.length > 0) undone.push({ title: 'Not done', text: `${listed(notDone)}.` });
  const left = steps.filter((one) => !['stays', 'skipped', 'not done'].includes(outcomeOf(one)) && !isOver(view, one));
  const lines = (pick: (planned: StepView['planned']) => readonly string[]) =>
    left.flatMap(({ step, planned }) => pick(planned).map((text) => ({ title: step.title, text })));
  return {
    // What hurts, before what somebody may want to look at.
    first: shortened([...undone, ...lines(({ warns = [] }) => warns)]),
    later: shortened(lines(({ leaves }) => leaves)),
  };
}

const shortened = (items: Item[]): Item[] => items.map(({ title, text }) => ({ title, text: shorten(text, 300) }));

/** In a case that is over: what was said of a next try holds no longer. */
function wordsOf({ row }: StepView): string {
  if (row.state === 'verifying') return 'Signoff still looks whether Microsoft 365 shows it.';
  if (!stepState(row.state).working) return row.words ?? '';
  return row.before === null
    ? 'Confirmed, but not begun.'
    : 'It was begun, and the case ended before it was proved: look in Microsoft 365 what of it was done.';
}

/** Who has what, and until when. */
function nowOf(view: CaseView): { title: string; value: string }[] {
  const short = (words: string) => shorten(words.replace(/ \(https:\/\/[^)]*\)/g, ''), 200);
  const over = view.steps.filter((one) => isOver(view, one));
  const stayed = over.some(({ planned: { leaves, warns = [] } }) => leaves.length + warns.length > 0);
  return [
    ...lastingSteps(view).map(({ step, row }) => ({ title: step.title, value: short(row.words ?? '') })),
    ...(stayed
      ? [
          {
            title: 'Access and licenses that had stayed',
            value: 'ended with the account. If it is restored, so are they.',
          },
        ]
      : []),
  ];
}

/** Somebody’s word is no proof, and what Microsoft 365 was told to do is not done. */
function proofWords(needed: readonly StepView[]): string {
  const kinds = { proved: 'proved', ordered: 'ordered', vouched: 'on somebody’s word' };
  const parts = Object.entries(kinds).flatMap(([outcome, words]) => {
    const n = needed.filter((one) => outcomeOf(one) === outcome).length;
    return n > 0 ? [{ n, words }] : [];
  });
  const [first = { n: 0, words: kinds.proved }, ...others] = parts;
  return [`${first.n} of ${needed.length} ${first.words}`, ...others.map(({ n, words }) => `${n} ${words}`)].join(', ');
}

function proofOf(view: CaseView, longest: number) {
  return view.playbook.stages.flatMap(({ title }, index) => {
    const steps = view.steps.filter(({ row }) => row.stage === index);
    const needed = steps.filter(({ row }) => row.state !== 'not-needed');
    if (steps.length === 0) return [];
    const allProved = needed.every((one) => outcomeOf(one) === 'proved');
    return {
      index,
      title,
      counts: needed.length === 0 ? 'not needed' : proofWords(needed),
      tone: allProved ? ('good' as const) : ('warning' as const),
      changed: needed.filter(({ planned }) => planned.changes.length > 0).map(({ step }) => step.id),
      steps: steps.map((one) => ({
        title: one.step.title,
        ...stateOf(one, true),
        words: [
          shorten((isSettled(one.row) ? one.row.words : wordsOf(one)) ?? '', longest),
          one.row.settledAt === null ? '' : `${inWords(one.row.settledAt)}.`,
        ]
          .filter(Boolean)
          .join(' '),
      })),
    };
  });
}

/** Whoever says that something is done by hand has not confirmed a change: it may well be the requester. */
function peopleOf({ steps, approvals }: CaseView): { title: string; value: string }[] {
  const byHand = ({ planned }: StepView) => planned.kind === 'by-hand';
  const done = steps.filter((one) => byHand(one) && ['proved', 'vouched'].includes(one.row.state));
  const changed = steps.filter((one) => !byHand(one));
  const confirmers = names(changed.flatMap(({ row }) => [row.confirmedName, row.secondName]));
  const approvers = names(approvals.map(({ actorName }) => actorName));
  const approved = approvals.map((one) => `${one.actorName}, ${inWords(one.at)}`);
  const sameOnes = confirmers.length === approvers.length && confirmers.every((one) => approvers.includes(one));
  const all = {
    ...(sameOnes ? { 'Approved and confirmed by': approved } : { 'Approved by': approved, 'Confirmed by': confirmers }),
    'Done by hand by': names(done.map(({ row }) => row.confirmedName)),
  };
  return Object.entries(all).flatMap(([title, who]) => (who.length === 0 ? [] : { title, value: listed(who) }));
}

const names = (all: readonly (string | null)[]): string[] => [
  ...new Set(all.filter((name): name is string => name !== null)),
];
