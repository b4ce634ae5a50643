import { z } from 'zod';
import type { Audience } from '../cases/audience.ts';
import type { CaseView, StepView } from '../cases/caseView.ts';
import { inWords } from '../clock.ts';
import { chosenInWords, type Input, inputsOf } from '../engine/choices.ts';
import { type Planned, unseenWords } from '../engine/plan.ts';
import type { Tone } from '../engine/states.ts';
import { type Card, defineCard } from './card.ts';
import { asked, cannotUndo, folded, saying } from './stepLines.ts';
import { plain, shown, tone } from './text.ts';

const fact = z.object({ title: shown, value: shown });

export const planReviewCard = defineCard(
  'planReview',
  z.object({
    caseId: z.number(),
    version: z.number(),
    heading: shown,
    asked: shown,
    urgent: z.boolean(),
    person: shown,
    facts: z.array(fact),
    warnings: z.array(shown),
    status: shown,
    statusTone: tone,
    stages: z.array(
      z.object({
        title: shown,
        unneeded: shown,
        steps: z.array(
          z.object({
            key: plain,
            title: shown,
            mark: plain,
            note: shown,
            tone,
            lines: z.array(shown),
            more: plain,
            rest: shown,
            leaves: z.array(shown),
          }),
        ),
      }),
    ),
    cannotUndo: z.array(shown),
    chosen: z.array(fact),
    canSubmit: z.boolean(),
    canDecide: z.boolean(),
    inputs: z.array(
      z.object({
        id: plain,
        kind: plain,
        label: plain,
        value: plain,
        from: z.array(z.object({ title: plain, value: plain })),
        hint: plain,
        longest: z.number(),
      }),
    ),
  }),
);

/** The whole plan: for the requester to fill in, for approvers to decide on, for everybody to read. */
export function planReview(view: CaseView, audience: Audience): Card {
  const { row, name } = view;
  const canSubmit = row.state === 'draft' && audience === 'requester';
  const canDecide = row.state === 'awaiting-approval' && audience === 'approver';
  const { status, tone: statusTone } = statusOf(view, audience);
  const data = {
    caseId: row.id,
    version: row.version,
    heading: `${view.asked.charAt(0).toUpperCase()}${view.asked.slice(1)}`,
    asked: asked(view),
    urgent: row.urgent,
    person: view.about.line,
    facts: view.about.facts,
    warnings: view.warnings,
    status,
    statusTone,
    stages: stagesOf(view),
    cannotUndo: cannotUndo(view.steps),
    chosen: row.state === 'draft' || row.state === 'planning' ? [] : chosenInWords(view.playbook.choices, view.options),
    canSubmit,
    canDecide,
    inputs: canSubmit ? inputsOf(view.playbook.choices, view.options).map(toInput) : [],
  };
  return planReviewCard.render(data, `${name}: ${view.asked}. ${status}`);
}

/** An input as the template draws it. */
function toInput(input: Input & { id: string; label: string }) {
  const { id, kind, label } = input;
  const drawn = { id, kind, label, value: String(input.value), from: [], hint: '', longest: 0 };
  switch (input.kind) {
    case 'person':
      return {
        ...drawn,
        hint: input.placeholder,
        from: input.value === '' ? [] : [{ title: input.name, value: input.value }],
      };
    case 'text':
      return { ...drawn, longest: input.longest };
    case 'one-of':
      return { ...drawn, kind: input.compact ? 'one-of-compact' : kind, hint: input.demand, from: input.from };
    case 'toggle':
      return { ...drawn, hint: input.title };
  }
}

function stagesOf(view: CaseView) {
  return view.playbook.stages
    .map(({ title }, stage) => {
      const steps = view.steps.filter(({ row }) => row.stage === stage);
      const unneeded = steps.filter(({ planned }) => planned.kind === 'not-needed' && planned.leaves.length === 0);
      return {
        title,
        steps: steps.filter((one) => !unneeded.includes(one)).map(stepOf),
        unneeded:
          unneeded.length === 0
            ? ''
            : `Not needed: ${unneeded.map(({ step, planned }) => `${step.title} (${planned.why?.replace(/\.$/, '')})`).join(' · ')}`,
      };
    })
    .filter(({ steps, unneeded }) => steps.length > 0 || unneeded !== '');
}

const kinds: Record<Planned['kind'], { mark: string; tone: Tone; note(planned: Planned): string }> = {
  change: { mark: '●', tone: 'accent', note: ({ why }) => why ?? '' },
  'by-hand': { mark: '✋', tone: 'warning', note: ({ why }) => `By hand: ${why}` },
  'not-needed': { mark: '–', tone: 'default', note: ({ why }) => why ?? '' },
  unseen: {
    mark: '?',
    tone: 'attention',
    note: (planned) =>
      `${unseenWords(planned)} It is looked at again when its stage comes; what it would do then is approved anew.`,
  },
};

function stepOf({ step, planned }: StepView) {
  const { mark, tone, note } = kinds[planned.kind];
  return {
    key: step.id,
    title: step.title,
    mark,
    tone,
    note: note(planned),
    leaves: planned.leaves.map((line) => `Stays: ${line}`),
    ...folded(saying(planned.changes)),
  };
}

function statusOf(view: CaseView, audience: Audience): { status: string; tone: Tone } {
  const { row, approvals } = view;
  if (row.note !== null && ['planning', 'submitted', 'draft'].includes(row.state))
    return { status: row.note, tone: 'warning' };
  switch (row.state) {
    case 'planning':
      return { status: 'Looking at what would change.', tone: 'accent' };
    case 'draft':
      return {
        status:
          audience === 'requester'
            ? 'Nothing is changed yet. Fill in the choices below, then ask for approval.'
            : `Waits for ${row.requesterName} to ask for approval.`,
        tone: 'accent',
      };
    case 'submitted':
      return { status: 'Drawing up the plan with your choices.', tone: 'accent' };
    case 'awaiting-approval': {
      const missing = view.approvalsNeeded - approvals.length;
      const so_far = approvals.length > 0 ? `${approvals.map(({ actorName }) => actorName).join(', ')} approved. ` : '';
      const until = row.expiresAt === null ? '' : ` It expires on ${inWords(row.expiresAt)}.`;
      const because = row.note === null ? '' : `${row.note} `;
      return {
        status: `${because}${so_far}Nothing is changed until ${missing > 1 ? 'two approvers agree' : approvals.length > 0 ? 'one more approver agrees' : 'an approver agrees'}.${until}`,
        tone: row.note === null ? 'accent' : 'warning',
      };
    }
    case 'running':
    case 'finished':
      return {
        status:
          approvals.length > 0
            ? `Approved by ${approvals.map(({ actorName }) => actorName).join(' and ')}.`
            : 'Approved.',
        tone: 'good',
      };
    default:
      return {
        status: row.note ?? 'Closed.',
        tone: row.state === 'rejected' || row.state === 'refused' ? 'attention' : 'warning',
      };
  }
}
