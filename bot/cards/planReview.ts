import { z } from 'zod';
import type { Reach, Reader } from '../cases/audience.ts';
import type { Rules } from '../cases/cases.ts';
import { type CaseView, isToCome } from '../cases/caseView.ts';
import { inWords } from '../clock.ts';
import { chosenInWords, type Input, inputsOf } from '../engine/choices.ts';
import { hasBegun } from '../engine/readCase.ts';
import type { Tone } from '../engine/states.ts';
import { type Card, defineCard, fitting, largestStepsBytes } from './card.ts';
import { plannedStage, plannedStages, recapOf } from './planStages.ts';
import { cannotUndo, head, headOf, shorten, warning, warningsOf } from './stepLines.ts';
import { listed, plain, shown } from './text.ts';

const input = z.object({
  id: plain,
  kind: plain,
  label: plain,
  value: plain,
  from: z.array(z.object({ title: plain, value: plain })),
  hint: plain,
  longest: z.number(),
});

export const planReviewCard = defineCard(
  'planReview',
  head.extend({
    version: z.number(),
    urgent: z.boolean(),
    reach: shown,
    warnings: z.array(warning),
    facts: z.array(z.object({ text: shown, weight: z.enum(['Default', 'Bolder']) })),
    chosen: z.array(z.object({ title: shown, value: shown })),
    inputs: z.array(input),
    moreInputs: z.array(input),
    stages: z.array(plannedStage),
    cannotUndo: shown,
    recap: shown,
    canSubmit: z.boolean(),
    approvals: z.array(z.object({ title: plain, confirms: plain })),
    canReject: z.boolean(),
    canWithdraw: z.boolean(),
    canEdit: z.boolean(),
  }),
);

/** The whole plan: for the requester to fill in, for approvers to decide on, for everybody to read. */
export const planReview = (view: CaseView, reader: Reader, reach: Reach, rules: Rules): Card =>
  fitting((longest) => drawPlan(view, reader, reach, rules, longest), largestStepsBytes);

function drawPlan(view: CaseView, reader: Reader, reach: Reach, rules: Rules, longest: number): Card {
  const { row, name, subject, playbook } = view;
  const mine = reader.audience === 'requester';
  const canSubmit = row.state === 'draft' && mine;
  const decided = view.approvals.some(({ actorId }) => actorId === reader.id);
  // Whoever gave the first of two approvals may still say no.
  const canReject = row.state === 'awaiting-approval' && reader.audience === 'approver';
  const canDecide = canReject && !decided;
  const { status: whole, tone: statusTone } = statusOf(view, reader);
  const status = shorten(whole, Math.max(300, longest * 4));
  const inputs = canSubmit
    ? [...inputsOf(playbook.choices, subject, view.options, planOf(view)), ticketInput(row.ticket, rules)]
    : [];
  const begun = view.steps.some((one) => hasBegun(one.row));
  const toCome = view.steps.filter(isToCome);
  const data = {
    version: row.version,
    ...headOf(view, playbook.words.title(subject.displayName)),
    urgent: row.urgent,
    status,
    statusTone,
    reach: row.state === 'awaiting-approval' && mine ? reachOf(reach, longest) : '',
    warnings: warningsOf(view, toCome, longest),
    facts: view.about.facts.flatMap(({ title, value }, index) => [
      { text: `${index === 0 ? '' : ' · '}${title} `, weight: 'Bolder' as const },
      { text: shorten(value, Math.max(longest, 80)), weight: 'Default' as const },
    ]),
    chosen: canSubmit || row.state === 'planning' ? [] : chosenOf(view, longest),
    inputs: inputs.filter(({ seldom }) => !seldom).map(toInput),
    moreInputs: inputs.filter(({ seldom }) => seldom).map(toInput),
    stages: plannedStages(view, longest),
    cannotUndo: cannotUndo(toCome),
    recap: canSubmit || canDecide ? recapOf(view.steps) : '',
    canSubmit,
    approvals: canDecide ? waysToApprove(view, rules) : [],
    canReject,
    canWithdraw: row.state === 'awaiting-approval' && mine && !begun,
    canEdit: row.state === 'rejected' && mine && !begun,
  };
  return planReviewCard.render(data, `${name}: ${data.heading}. ${status}`);
}

const planOf = ({ steps }: CaseView) => Object.fromEntries(steps.map(({ step, planned }) => [step.id, planned]));

/** The longest that can be chosen, the automatic reply, is read whole as long as there is room. */
const chosenOf = ({ playbook, options, steps }: CaseView, longest: number) =>
  chosenInWords(playbook.choices, options, unneededIn(steps)).map(({ title, value }) => ({
    title,
    value: shorten(value, Math.max(80, longest * 4)),
  }));

const unneededIn = (steps: CaseView['steps']): ReadonlySet<string> =>
  new Set(steps.flatMap(({ step, planned }) => (planned.kind === 'not-needed' ? step.id : [])));

/** To approve and to confirm are two things; where the first comes with the second, what destroys something asks again. */
function waysToApprove({ row, steps }: CaseView, { confirm }: Rules) {
  const atOnce = { title: 'Approve and run all', confirms: 'all' };
  const inStages = {
    title: row.urgent ? 'Approve, lock out at once' : 'Approve, I confirm each stage',
    confirms: 'nothing',
  };
  const nothingToConfirm = steps
    .filter(isToCome)
    .every(({ planned }) => planned.kind !== 'change' || planned.destructive);
  if (nothingToConfirm) return [{ ...inStages, title: 'Approve' }];
  return confirm === 'once' ? [atOnce, inStages] : [inStages, atOnce];
}

const ticketInput = (ticket: string | null, { ticket: rule }: Rules) => ({
  id: 'ticket',
  label: rule === 'off' ? 'Reason or ticket number (may be empty)' : 'Reason or ticket number',
  seldom: rule === 'off',
  kind: 'line' as const,
  value: ticket ?? '',
});

/** An input as the template draws it. */
function toInput(input: (Input | { kind: 'line'; value: string }) & { id: string; label: string }) {
  const { id, kind, label } = input;
  const drawn = { id, kind, label, value: String(input.value), from: [], hint: '', longest: 0 };
  switch (input.kind) {
    case 'person':
      return {
        ...drawn,
        hint: input.placeholder,
        from: input.value === '' ? [] : [{ title: input.name, value: input.value }],
      };
    case 'line':
      return { ...drawn, longest: 200 };
    case 'text':
      return { ...drawn, longest: input.longest };
    case 'one-of':
      return { ...drawn, hint: input.demand, from: input.from };
    case 'toggle':
      return { ...drawn, hint: input.title };
  }
}

const mostNamed = 8;

function reachOf({ asked, pending, notReached }: Reach, longest: number): string {
  const names = (all: readonly string[]) => {
    if (longest >= 300) return listed(all);
    const named = all.slice(0, mostNamed).map((name) => shorten(name, Math.max(longest, 20)));
    return listed(all.length > mostNamed ? [...named, `${all.length - mostNamed} more`] : named);
  };
  const words = [
    asked.length > 0 ? `Asked: ${names(asked)}.` : '',
    pending.length > 0 ? `Not told yet: ${names(pending)}.` : '',
    notReached.length > 0 ? `Not reached: ${names(notReached)} (Signoff is not installed for them in Teams).` : '',
  ];
  return words.filter(Boolean).join(' ');
}

function statusOf(view: CaseView, reader: Reader): { status: string; tone: Tone } {
  const { row } = view;
  if (row.note !== null && ['planning', 'submitted', 'draft'].includes(row.state))
    return { status: row.note, tone: 'warning' };
  switch (row.state) {
    case 'planning':
      return { status: 'Looking at what would change.', tone: 'accent' };
    case 'draft':
      return {
        status:
          reader.audience === 'requester'
            ? `Nothing is changed yet. Choose, then ask for approval${row.expiresAt === null ? '' : ` by ${inWords(row.expiresAt)}`}.`
            : `Waits for ${row.requesterName} to ask for approval.`,
        tone: 'accent',
      };
    case 'submitted':
      return { status: 'Drawing up the plan with your choices.', tone: 'accent' };
    case 'awaiting-approval':
      return { status: waitingForApproval(view, reader), tone: row.note === null ? 'accent' : 'warning' };
    case 'running':
    case 'finished':
      return { status: `Approved by ${listed(view.approvals.map(({ actorName }) => actorName))}.`, tone: 'good' };
    default:
      return {
        status: row.note ?? 'Closed.',
        tone: row.state === 'rejected' || row.state === 'refused' ? 'attention' : 'warning',
      };
  }
}

function waitingForApproval({ row, approvals, approvalsNeeded }: CaseView, reader: Reader): string {
  const missing = approvalsNeeded - approvals.length;
  const given = approvals.map(
    ({ actorId, actorName, at }) => `Approved by ${actorId === reader.id ? 'you' : actorName}, ${inWords(at)}.`,
  );
  const whom = missing > 1 ? 'two approvers' : given.length > 0 ? 'one more' : 'an approver';
  const until = row.expiresAt === null ? '' : `, until ${inWords(row.expiresAt)}`;
  return [row.note ?? '', ...given, `Nothing is changed yet: waits for ${whom}${until}.`].filter(Boolean).join(' ');
}
