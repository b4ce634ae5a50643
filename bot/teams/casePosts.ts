import { z } from 'zod';
import { waitsForReader } from '../cards/progress.ts';
import { waitsFor } from '../cards/stage.ts';
import type { Actor } from '../cases/actor.ts';
import { chatOf, isPersonal, noteWhoCanDecide, type Reach, type Reader, whoCanDecide } from '../cases/audience.ts';
import { type Calls, callsOf, whoIsWaitedFor } from '../cases/calls.ts';
import type { Rules } from '../cases/cases.ts';
import { type CaseView, hasStarted, lastingSteps, readCaseView } from '../cases/caseView.ts';
import { lateSteps } from '../cases/late.ts';
import type { Roles } from '../cases/roles.ts';
import { findCase } from '../engine/readCase.ts';
import { remindersDue } from '../engine/reminding.ts';
import type { Runtime } from '../engine/runtime.ts';
import { caseState } from '../engine/states.ts';
import { findConversation, type Post, type WantedPost } from '../store/posts.ts';
import { approvalsChannel, inChannel } from './channelCard.ts';
import type { Topic, TopicOwner } from './messenger.ts';
import { contentOf } from './postContent.ts';
import { comesBefore, type PostKind, postKindText, readPostKind } from './postKind.ts';

/**
 * The messages about a case: the requester's and the approvers' personal chats, or in place of these the approvals channel; a
 * stub where it was asked for among others.
 */
export function casePosts(runtime: Runtime, roles: Roles, rules: Rules): TopicOwner {
  return {
    async read(topic, posts) {
      const row = await findCase(runtime.db, Number(/^case\/(\d+)$/.exec(topic)?.[1]));
      if (row === undefined) return null;
      const view = await readCaseView(runtime, row);
      const calls = await callsOf(runtime, view);
      const requester = chatOf(row.requesterId);
      const handed =
        row.state === 'finished' && lastingSteps(view).length > 0 ? view.playbook.receivers(view.options) : [];
      const receivers = handed
        .filter(({ id }) => id !== row.requesterId && id !== row.subjectId)
        .map(({ id }) => chatOf(id));
      const always = [requester, row.origin, ...receivers];
      const reach = reachOf(view, posts);
      const { channel, lost } = await approvalsChannel(runtime.db, posts);
      // Nobody, until it is known who they are now.
      let approvers: readonly Actor[] = [];
      let admins: readonly Actor[] = [];
      let called: { names: Actor[]; ids: string[] } = { names: [], ids: [] };
      const has = (people: readonly Actor[], to: string) => people.some(({ id }) => chatOf(id) === to);
      const isTold = (to: string) => to === channel || (channel === null && has(approvers, to));
      const sendsTo = (to: string) => always.includes(to) || isTold(to) || has(admins, to);
      const readerOf = (to: string): Reader => ({
        id: isPersonal(to) ? to.slice('user:'.length) : null,
        audience: to === requester ? 'requester' : has(approvers, to) ? 'approver' : 'everyone',
      });
      const toApprovers = (to: string, name: string, reader: Reader): WantedPost[] => {
        const heard = posts.filter(({ toKey }) => toKey === to).map(({ kind }) => readPostKind(kind));
        return forApprover(view, calls, reader, heard).map((kind) => ({ to, name, kind: postKindText(kind) }));
      };
      return {
        wanted: [
          ...(isPersonal(row.origin) ? [] : [{ to: row.origin, kind: postKindText({ name: 'stub' }) }]),
          ...receivers.map((to) => ({ to, kind: postKindText({ name: 'handed' }) })),
          ...forRequester(view, calls, runtime.clock.now()).map((kind) => ({
            to: requester,
            kind: postKindText(kind),
          })),
        ],
        async more() {
          if (calls.next !== null) await runtime.dispatcher.wake('show', topic, { at: calls.next });
          if (!concernsOthers(view) && posts.every(({ toKey }) => always.includes(toKey))) return [];
          approvers = await whoCanDecide(roles, view);
          if (row.state === 'awaiting-approval') await noteWhoCanDecide(runtime, view, approvers.length);
          if (calls.admins || lost) admins = (await roles.holders('admin')).filter(({ id }) => id !== row.subjectId);
          if (channel !== null) called = await whoIsCalled(runtime, view, approvers);
          return [
            ...(channel === null
              ? approvers.flatMap(({ id, name }) => toApprovers(chatOf(id), name, { id, audience: 'approver' }))
              : toApprovers(channel, 'the approvals channel', { id: null, audience: 'approver' })),
            ...admins.flatMap(({ id }) =>
              [
                ...(lost ? [{ name: 'lost' } as const] : []),
                ...(calls.admins && !has(approvers, chatOf(id)) ? againKinds(view, calls) : []),
              ].map((kind) => ({ to: chatOf(id), kind: postKindText(kind) })),
            ),
          ];
        },
        sendsTo,
        showsTo(to, kind) {
          const content = contentOf(view, readPostKind(kind), readerOf(to), { reach, rules });
          if (sendsTo(to))
            return to === channel && 'card' in content
              ? { card: inChannel(content.card, { caseId: row.id, ...called }) }
              : content;
          return { text: isPersonal(to) && !has(approvers, to) ? noLongerShown(view) : goesOnElsewhere(view, channel) };
        },
        order: (a, b) => comesBefore(readPostKind(a), readPostKind(b)),
        speaksIn: row.origin,
      } satisfies Topic;
    },
  };
}

const noLongerShown = ({ name }: CaseView): string =>
  `${name}: you can’t decide on this case any more, so it is no longer shown here.`;
const goesOnElsewhere = ({ name }: CaseView, channel: string | null): string =>
  `${name} goes on in ${channel === null ? 'the approvers’ own chats' : 'the approvals channel'}.`;

const withUser = z.object({ user: z.object({ id: z.string() }) });

/** Who must act now, and Teams' ids of those whose chat is known. */
async function whoIsCalled({ db }: Runtime, view: CaseView, approvers: readonly Actor[]) {
  const names = approvers.filter(({ id }) => waitsForReader(view, { id, audience: 'approver' }));
  const known = await Promise.all(names.map(({ id }) => findConversation(db, chatOf(id))));
  return { names, ids: known.flatMap((reference) => withUser.safeParse(reference).data?.user.id ?? []) };
}

/** Whether there may be anything to say to anybody but the requester. */
const concernsOthers = ({ row }: CaseView): boolean => !['planning', 'draft', 'submitted'].includes(row.state);

/** Whom the plan as it is now was sent to. */
function reachOf({ row }: CaseView, posts: readonly Post[]): Reach {
  const kind = postKindText({ name: 'approval', version: row.version });
  const named = posts.flatMap((post) => (post.kind === kind && post.copy === 0 && post.toName !== null ? post : []));
  const names = (which: (post: Post) => boolean) => named.filter(which).map(({ toName }) => toName ?? '');
  return {
    asked: names(({ activityId }) => activityId !== null),
    pending: names(({ activityId, unreachable }) => activityId === null && !unreachable),
    notReached: names(({ activityId, unreachable }) => activityId === null && unreachable),
  };
}

const isOver = (view: CaseView) => view.row.state === 'finished' || hasStarted(view);

function forRequester(view: CaseView, calls: Calls, now: Date): PostKind[] {
  const { state, note, version } = view.row;
  const reader: Reader = { id: view.row.requesterId, audience: 'requester' };
  const ending: PostKind[] = caseState(state).closed ? [{ name: isOver(view) ? 'report' : 'notice' }] : [];
  return [
    ...(state !== 'planning' || note !== null ? [{ name: 'plan' } as const] : []),
    ...(calls.expiring ? [{ name: 'expiring', version } as const] : []),
    ...needs(view, reader, calls.troubles),
    ...reminders(view, now),
    ...ending,
    ...late(view),
  ];
}

/** Whoever was asked to approve hears the rest too; who became an approver since, what is to be decided now and the end. */
function forApprover(view: CaseView, calls: Calls, reader: Reader, heard: readonly PostKind[]): PostKind[] {
  const { state, version, stage } = view.row;
  const asked = heard.some(({ name }) => name === 'approval');
  const waiting = view.steps.filter((one) => waitsFor(view, one, reader));
  const toConfirm = waiting.some(({ row }) => row.state === 'awaiting-confirmation');
  const known = heard.some((kind) => kind.name === 'stage' && kind.stage === stage);
  // A card that lets them confirm a stage shows what else is to be done in it; who is called anew is called by a new one.
  const called = waiting.some(({ row }) => row.state === 'failed' || row.state === 'awaiting-second-approver');
  const also = called || (!known && !toConfirm) ? needs(view, reader, calls.troubles + calls.firstConfirmations) : [];
  return [
    ...(state === 'awaiting-approval' ? [{ name: 'approval', version } as const] : []),
    ...(toConfirm ? [{ name: 'stage', stage } as const] : []),
    ...also,
    ...(waiting.length > 0 || state === 'awaiting-approval' ? againKinds(view, calls) : []),
    ...(caseState(state).closed && isOver(view) && (asked || heard.length > 0) ? [{ name: 'report' } as const] : []),
    ...(heard.length > 0 ? late(view) : []),
  ];
}

const late = (view: CaseView): PostKind[] =>
  lateSteps(view).map(({ row }) => ({ name: 'late', position: row.position }));

const needs = (view: CaseView, reader: Reader, count: number): PostKind[] =>
  view.steps.some((one) => waitsFor(view, one, reader)) ? [{ name: 'needs', stage: view.row.stage, count }] : [];

function againKinds(view: CaseView, { again }: Calls): PostKind[] {
  const { version, stage } = view.row;
  const whose = again === 0 ? null : whoIsWaitedFor(view);
  if (whose === 'plan') return [{ name: 'waiting', version, count: again }];
  return whose === 'stage' ? [{ name: 'unconfirmed', stage, count: again }] : [];
}

function reminders({ row, steps }: CaseView, now: Date): PostKind[] {
  if (row.state !== 'running') return [];
  const { due } = remindersDue(
    steps.map((one) => one.row),
    now,
  );
  return Array.from({ length: due }, (_none, index) => ({ name: 'reminder', stage: row.stage, count: index + 1 }));
}
