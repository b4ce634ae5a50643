import type { Card } from '../cards/card.ts';
import { caseReport } from '../cards/caseReport.ts';
import { planReview } from '../cards/planReview.ts';
import { stage } from '../cards/stage.ts';
import { type Audience, chatOf, isPersonal, noteWhoCanDecide, whoCanDecide } from '../cases/audience.ts';
import { type CaseView, hasStarted, readCaseView } from '../cases/caseView.ts';
import type { Roles } from '../cases/roles.ts';
import { findCase } from '../engine/readCase.ts';
import { remindersDue } from '../engine/reminding.ts';
import type { Runtime } from '../engine/runtime.ts';
import { caseState, stepState } from '../engine/states.ts';
import type { Topic, TopicOwner } from './messenger.ts';
import { comesBefore, type PostKind, postKindText, readPostKind } from './postKind.ts';

export type PostContent = { card: Card } | { text: string };

/** The messages about a case: the requester's and the approvers' personal chats; a stub where it was asked for among others. */
export function casePosts(runtime: Runtime, roles: Roles): TopicOwner {
  return {
    async read(topic, told) {
      const row = await findCase(runtime.db, Number(/^case\/(\d+)$/.exec(topic)?.[1]));
      if (row === undefined) return null;
      const view = await readCaseView(runtime, row);
      const requester = chatOf(row.requesterId);
      const always = [requester, row.origin];
      // Nobody, until it is known who they are now.
      let approvers: readonly string[] = [];
      const sendsTo = (to: string) => always.includes(to) || approvers.includes(to);
      return {
        wanted: [
          ...(isPersonal(row.origin) ? [] : [{ to: row.origin, kind: postKindText({ name: 'stub' }) }]),
          ...forRequester(view, runtime.clock.now()).map((kind) => ({ to: requester, kind: postKindText(kind) })),
        ],
        async more() {
          const kinds = forApprovers(view);
          if (kinds.length === 0 && told.every(({ to }) => always.includes(to))) return [];
          const able = await whoCanDecide(roles, view);
          approvers = able.map(({ id }) => chatOf(id));
          if (row.state === 'awaiting-approval') await noteWhoCanDecide(runtime, view, able.length);
          return approvers.flatMap((to) => {
            const heard = told.filter((one) => one.to === to).map(({ kind }) => readPostKind(kind));
            return kinds.filter((kind) => isFor(kind, heard, view)).map((kind) => ({ to, kind: postKindText(kind) }));
          });
        },
        sendsTo,
        showsTo: (to, kind) =>
          sendsTo(to)
            ? contentOf(view, readPostKind(kind), to === requester ? 'requester' : 'approver')
            : { text: `${view.name}: you can’t decide on this case any more, so it is no longer shown here.` },
        order: (a, b) => comesBefore(readPostKind(a), readPostKind(b)),
        speaksIn: row.origin,
      } satisfies Topic;
    },
  };
}

/** Whoever was asked to approve hears the rest too; who became an approver since, what is to be decided now and the end. */
function isFor(kind: PostKind, heard: readonly PostKind[], { row }: CaseView): boolean {
  if (heard.some(({ name }) => name === 'approval')) return true;
  if (kind.name === 'stage') return row.state === 'running' && kind.stage === row.stage;
  return kind.name === 'approval' || heard.length > 0;
}

const openedStages = (view: CaseView): PostKind[] =>
  view.playbook.stages
    .map((_stage, index) => index)
    .filter((index) => view.steps.some(({ row }) => row.stage === index && !stepState(row.state).unopened))
    .map((index) => ({ name: 'stage', stage: index }));

const isOver = (view: CaseView) => view.row.state === 'finished' || hasStarted(view);

function forRequester(view: CaseView, now: Date): PostKind[] {
  const { state, note } = view.row;
  const ending: PostKind[] = caseState(state).closed ? [{ name: isOver(view) ? 'report' : 'notice' }] : [];
  return [
    ...(state !== 'planning' || note !== null ? [{ name: 'plan' } as const] : []),
    ...openedStages(view),
    ...reminders(view, now),
    ...ending,
  ];
}

function forApprovers(view: CaseView): PostKind[] {
  const { state, version } = view.row;
  return [
    ...(state === 'awaiting-approval' ? [{ name: 'approval', version } as const] : []),
    ...openedStages(view),
    ...(caseState(state).closed && isOver(view) ? [{ name: 'report' } as const] : []),
  ];
}

function reminders({ row, steps }: CaseView, now: Date): PostKind[] {
  if (row.state !== 'running') return [];
  const { due } = remindersDue(
    steps.map((one) => one.row),
    now,
  );
  return Array.from({ length: due }, (_none, index) => ({ name: 'reminder', stage: row.stage, day: index + 1 }));
}

/** What one message shows now, to whom it was sent. */
export function contentOf(view: CaseView, kind: PostKind, audience: Audience): PostContent {
  switch (kind.name) {
    case 'stub':
      return {
        text: `${view.name}: the plan goes to ${view.row.requesterName} in a personal chat with Signoff, and from there to the approvers.`,
      };
    case 'plan':
      return { card: planReview(view, audience) };
    case 'approval':
      return { card: planReview(view, kind.version === view.row.version ? audience : 'everyone') };
    case 'stage':
      return { card: stage(view, kind.stage, audience) };
    case 'report':
      return { card: caseReport(view) };
    case 'reminder': {
      const open = view.steps
        .filter(({ row }) => row.stage === kind.stage && row.state === 'by-hand')
        .map(({ step }) => `“${step.title}”`);
      return {
        text:
          open.length === 0
            ? `${view.name}: done by now.`
            : `${view.name}, ${view.asked}: still to be done by hand: ${open.join(', ')}. The stage’s card says how.`,
      };
    }
    case 'notice':
      return { text: `${view.name}, ${view.asked}: ${view.row.note ?? 'closed'} Nothing was changed.` };
  }
}
