import { z } from 'zod';
import { approvalsNeeded } from '../cases/approvals.ts';
import { forEditing } from '../cases/autoReply.ts';
import type { CaseView, StepView } from '../cases/caseView.ts';
import { inWords } from '../clock.ts';
import type { Options } from '../engine/subject.ts';
import { type Card, defineCard, type Refresh } from './card.ts';
import { asked, cannotUndo, folded, personLine } from './stepLines.ts';
import { plain, shown, type Tone, tone } from './text.ts';

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
    form: z.object({
      successorId: plain,
      successorName: plain,
      autoReply: plain,
      endState: plain,
      devices: plain,
      cancelMeetings: plain,
      hold: plain,
      exportContent: plain,
    }),
  }),
);

export type PlanAudience = 'requester' | 'approver' | 'everyone';

/** The whole plan: for the requester to fill in, for approvers to decide on, for everybody to read. */
export function planReview(view: CaseView, audience: PlanAudience, refresh?: Refresh): Card {
  const { row, subject, name } = view;
  const canSubmit = row.state === 'draft' && audience === 'requester';
  const canDecide = row.state === 'awaiting-approval' && audience === 'approver';
  const { status, tone: statusTone } = statusOf(view, audience);
  const data = {
    caseId: row.id,
    version: row.version,
    heading: `Offboard ${subject.displayName}`,
    asked: asked(view),
    urgent: row.urgent === 1,
    person: personLine(view),
    facts: factsOf(view),
    warnings: warningsOf(view),
    status,
    statusTone,
    stages: stagesOf(view),
    cannotUndo: cannotUndo(view.steps),
    chosen: row.state === 'draft' || row.state === 'planning' ? [] : chosenOf(view),
    canSubmit,
    canDecide,
    form: {
      successorId: view.options.successor?.id ?? '',
      successorName: view.options.successor?.displayName ?? '',
      autoReply: forEditing(view.options),
      endState: view.options.endState,
      devices: view.options.devices,
      cancelMeetings: String(view.options.cancelMeetings),
      hold: String(view.options.hold),
      exportContent: String(view.options.exportContent),
    },
  };
  return planReviewCard.render(data, `${name}: offboard ${subject.displayName}. ${status}`, refresh);
}

function factsOf({ subject }: CaseView): { title: string; value: string }[] {
  const facts = [
    { title: 'Manager', value: subject.manager?.displayName ?? 'nobody' },
    { title: 'Sign-in', value: subject.accountEnabled ? 'allowed' : 'blocked' },
    ...(subject.lastSignIn === null ? [] : [{ title: 'Last sign-in', value: inWords(subject.lastSignIn) }]),
  ];
  if (subject.roles.length > 0) facts.push({ title: 'Directory roles', value: subject.roles.join(', ') });
  return facts;
}

function warningsOf({ subject }: CaseView): string[] {
  const warnings: string[] = [];
  if (subject.guest) warnings.push('A guest: their account lives in another organization, so some steps do not apply.');
  if (subject.synced) warnings.push('Comes from the on-premises directory: some changes must be made there.');
  if (subject.privileged) warnings.push('Holds privileged rights: two approvers must agree before anything is done.');
  return warnings;
}

const endStates: Record<Options['endState'], string> = {
  shared: 'mailbox kept as a shared one; account kept, blocked',
  keep: 'account kept, blocked; mailbox goes 30 days after its license',
  delete: 'both deleted at the end, after two approvers confirm',
};
const deviceWords: Record<Options['devices'], string> = {
  leave: 'left as they are',
  retire: 'company data removed',
  wipe: 'company devices erased, after two approvers confirm; company data removed from personal ones',
};

function chosenOf({ options }: CaseView): { title: string; value: string }[] {
  const also = [
    options.cancelMeetings ? 'meetings canceled' : '',
    options.hold ? 'litigation hold' : '',
    options.exportContent ? 'export by eDiscovery' : '',
  ].filter(Boolean);
  return [
    { title: 'Successor', value: options.successor?.displayName ?? 'nobody' },
    { title: 'Automatic reply', value: options.autoReply || 'none' },
    { title: 'Account, mailbox', value: endStates[options.endState] },
    { title: 'Devices', value: deviceWords[options.devices] },
    { title: 'Also', value: also.join(', ') || 'nothing' },
  ];
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

function stepOf({ step, planned }: StepView) {
  const marks = { change: '●', 'by-hand': '✋', 'not-needed': '–' } as const;
  const tones: Record<typeof planned.kind, Tone> = { change: 'accent', 'by-hand': 'warning', 'not-needed': 'default' };
  const note = planned.kind === 'by-hand' ? `By hand: ${planned.why}` : (planned.why ?? '');
  return {
    key: step.id,
    title: step.title,
    mark: marks[planned.kind],
    tone: tones[planned.kind],
    note,
    leaves: planned.leaves.map((line) => `Stays: ${line}`),
    ...folded(planned.changes),
  };
}

function statusOf(view: CaseView, audience: PlanAudience): { status: string; tone: Tone } {
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
            : `Waits for ${row.requester_name} to ask for approval.`,
        tone: 'accent',
      };
    case 'submitted':
      return { status: 'Drawing up the plan with your choices.', tone: 'accent' };
    case 'awaiting-approval': {
      const missing = approvalsNeeded(row) - approvals.length;
      const so_far =
        approvals.length > 0 ? `${approvals.map(({ actor_name }) => actor_name).join(', ')} approved. ` : '';
      const until = row.expires_at === null ? '' : ` It expires on ${inWords(row.expires_at)}.`;
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
            ? `Approved by ${approvals.map(({ actor_name }) => actor_name).join(' and ')}.`
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
