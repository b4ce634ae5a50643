import type { Actor } from '../cases/actor.ts';
import { chatOf, isPersonal, noteWhoCanDecide, type Reader, whoCanDecide } from '../cases/audience.ts';
import { callsOf } from '../cases/calls.ts';
import type { Rules } from '../cases/cases.ts';
import { type CaseView, readCaseView } from '../cases/caseView.ts';
import type { Roles } from '../cases/roles.ts';
import { readSince } from '../cases/waits.ts';
import { minutes } from '../clock.ts';
import { findCase } from '../engine/readCase.ts';
import type { Runtime } from '../engine/runtime.ts';
import { caseState } from '../engine/states.ts';
import { AppError } from '../errors.ts';
import type { Post, WantedPost } from '../store/posts.ts';
import { type ApprovalsPlace, approvalsPlace, isToldAlone } from './approvalsPlace.ts';
import { noteLoss } from './channelLoss.ts';
import type { ChannelReaders } from './channelReaders.ts';
import { comesBefore, postKindText, readPostKind } from './postKind.ts';
import { type Around, isNowhere, kindsOf, nobodyAround, showing } from './showing.ts';
import type { Topic, TopicOwner } from './topic.ts';
import { againKinds, callsMade, ending, forApprover, forRequester, reminders } from './wantedPosts.ts';

/** While Teams does not let it be known who reads the approvals channel. */
const lookAgainMs = minutes(5);

/**
 * The messages about a case: the requester's and the approvers' personal chats, or in place of these the approvals channel, for
 * those who are in its team; a stub where it was asked for among others.
 */
export function casePosts(runtime: Runtime, roles: Roles, rules: Rules, readers: ChannelReaders): TopicOwner {
  return {
    async read(topic, posts) {
      const row = await findCase(runtime.db, Number(/^case\/(\d+)$/.exec(topic)?.[1]));
      if (row === undefined) return null;
      const view = await readCaseView(runtime, row);
      const requester = chatOf(row.requesterId);
      const calls = await callsOf(runtime, view, callsMade(view, posts, requester));
      let said = posts.filter((post) => !isNowhere(post)).map(({ toKey, kind }) => ({ to: toKey, kind }));
      const isKeptBack = (to: string, kind: string) =>
        posts.some((post) => post.toKey === to && post.kind === kind && isNowhere(post));
      const waits = await readSince(runtime.db, view);
      // Cases are shown to whoever has a role, also to who asked for them.
      const askerLeft = await hasNoRole(roles, row.requesterId);
      const shown = showing(view, rules, posts, { kindsIn: (to) => kindsOf(said)(to), waits, askerLeft });
      // Nobody and nowhere, until it is known who they are now and where approvals go.
      let around: Around = nobodyAround;
      const wanted: WantedPost[] = [
        ...(isPersonal(row.origin) ? [] : [{ to: row.origin, kind: postKindText({ name: 'stub' }) }]),
        ...shown.receivers.map((to) => ({ to, kind: postKindText({ name: 'handed' }) })),
        ...(askerLeft ? ending(view) : forRequester(view, calls)).map((kind) => ({
          to: requester,
          kind: postKindText(kind),
        })),
      ];
      said = [...said, ...wanted.filter(({ to, kind }) => !isKeptBack(to, kind))];

      function toApprovers(to: string, name: string, reader: Reader): WantedPost[] {
        const heard = {
          here: posts.filter(({ toKey }) => toKey === to).map(({ kind }) => readPostKind(kind)),
          elsewhere: posts.some((post) => asksElsewhere(post, to)),
        };
        // Whoever is asked for the first time is called by that.
        const isNew = !posts.some((post) => post.toKey === to && post.activityId !== null && asksNow(view, post));
        return forApprover(view, calls, reader, heard).map((kind) => ({
          to,
          name,
          kind: postKindText(kind),
          ...('at' in kind && kind.name !== 'needs' && isNew && { spared: true }),
        }));
      }

      const forChannel = ({ channel }: ApprovalsPlace): WantedPost[] =>
        channel === null ? [] : toApprovers(channel, 'the approvals channel', { id: null, audience: 'approver' });
      /** Whether something would come to stand in a channel that is not there yet. */
      const isNewIn = (wanted: readonly WantedPost[]): boolean =>
        wanted.some(({ to, kind }) =>
          posts.every((post) => post.toKey !== to || post.kind !== kind || post.activityId === null),
        );

      function others({ approvers, admins, place }: Around): WantedPost[] {
        const adminKinds = [...(calls.admins ? againKinds(view, calls) : []), ...reminders(view, calls)];
        return [
          ...apartKinds(view, place.apart).map((kind) => ({ to: requester, kind })),
          ...forChannel(place),
          ...approvers
            .filter(({ id }) => isToldAlone(place, id))
            .flatMap(({ id, name }) => toApprovers(chatOf(id), name, { id, audience: 'approver' })),
          ...admins.flatMap(({ id }) =>
            approvers.some((one) => one.id === id)
              ? []
              : adminKinds.map((kind) => ({ to: chatOf(id), kind: postKindText(kind) })),
          ),
        ];
      }

      const lookAgain = () =>
        runtime.dispatcher.wake('show', topic, { at: new Date(runtime.clock.now().getTime() + lookAgainMs) });

      return {
        wanted,
        async more() {
          if (calls.next !== null) await runtime.dispatcher.wake('show', topic, { at: calls.next });
          if (!concernsOthers(view) && posts.every(({ toKey }) => shown.always.includes(toKey))) return [];
          const placeNow = (fresh?: 'fresh') => approvalsPlace(runtime.db, readers, view, posts, fresh);
          const [approvers, looked] = await Promise.all([whoCanDecide(roles, view), placeNow()]);
          const place = isNewIn(forChannel(looked)) ? await placeNow('fresh') : looked;
          await noteLoss(runtime, place.lost !== null);
          // Nobody tells when Teams lets it be known again.
          if (place.lost === 'unknown' && !caseState(row.state).closed) await lookAgain();
          if (row.state === 'awaiting-approval') await noteWhoCanDecide(runtime, view, approvers.length);
          const asks = calls.admins || calls.byHandAt !== null || anybodyElse(posts, shown.always, approvers);
          const admins = asks
            ? (await roles.holders('admin')).filter(({ id }) => !view.playbook.subject.isOf(view.subject, id))
            : [];
          around = { approvers, admins, place };
          const more = others(around);
          // What the requester gets by it comes with the next look.
          if (more.some(({ to, kind }) => to === requester && !said.some((one) => one.to === to && one.kind === kind)))
            await runtime.dispatcher.wake('show', topic);
          said = [...said, ...more.filter(({ to, kind, spared }) => !spared && !isKeptBack(to, kind))];
          return more;
        },
        sendsTo: (to, kind) => shown.sendsTo(to, readPostKind(kind), around),
        showsTo: (to, kind) => shown.showsTo(to, readPostKind(kind), around),
        order: (a, b) => comesBefore(readPostKind(a), readPostKind(b)),
        speaksIn: row.origin,
      } satisfies Topic;
    },
  };
}

/** While nobody can tell, they go on being shown what they are shown: a case that stands still for everybody helps nobody. */
async function hasNoRole(roles: Roles, id: string): Promise<boolean> {
  try {
    return (await roles.of({ id })).size === 0;
  } catch (error) {
    if (error instanceof AppError && error.passing) return false;
    throw error;
  }
}

/** Whether it asks about what waits now. */
function asksNow({ row }: CaseView, { kind: text }: Post): boolean {
  const kind = readPostKind(text);
  if (!('version' in kind) || kind.version !== row.version) return false;
  if (row.state === 'awaiting-approval') return kind.name === 'approval' || kind.name === 'waiting';
  return 'stage' in kind && kind.stage === row.stage;
}

/** Whether it asked approvers in another place than this: all of their chats are one. */
const asksElsewhere = ({ toKey, kind, activityId }: Post, to: string): boolean =>
  toKey !== to &&
  !(isPersonal(toKey) && isPersonal(to)) &&
  activityId !== null &&
  readPostKind(kind).name === 'approval';

/** Why a case stays out of the approvals channel, for whoever asked for it. */
function apartKinds({ row }: CaseView, apart: 'subject' | 'guests' | null): string[] {
  if (apart === null || caseState(row.state).closed) return [];
  return [postKindText({ name: apart === 'subject' ? 'apartOfSubject' : 'apartOfGuests' })];
}

/** Whether somebody has a message who is no approver now: whoever is an admin may read on. */
const anybodyElse = (posts: readonly Post[], always: readonly string[], approvers: readonly Actor[]): boolean =>
  posts.some(
    ({ toKey }) => isPersonal(toKey) && !always.includes(toKey) && !approvers.some(({ id }) => chatOf(id) === toKey),
  );

/** Whether there may be anything to say to anybody but the requester. */
const concernsOthers = ({ row }: CaseView): boolean => !['planning', 'draft', 'submitted'].includes(row.state);
