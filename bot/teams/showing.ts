import { waitsForReader } from '../cards/progress.ts';
import type { Actor } from '../cases/actor.ts';
import { chatOf, isPersonal, type Reach, type Reader } from '../cases/audience.ts';
import type { Rules } from '../cases/cases.ts';
import { type CaseView, handedSteps } from '../cases/caseView.ts';
import type { Since } from '../cases/waits.ts';
import { caseState } from '../engine/states.ts';
import type { Post } from '../store/posts.ts';
import { type ApprovalsPlace, isToldAlone } from './approvalsPlace.ts';
import { inChannel, readByMany } from './channelCard.ts';
import { contentOf, isLive, isMoot, isOld, type PostContent } from './postContent.ts';
import { type PostKind, postKindText, readPostKind } from './postKind.ts';
import { isOvertaken } from './wantedPosts.ts';

/** Who is about a case now, and where. */
export interface Around {
  /** Those who could decide. */
  approvers: readonly Actor[];
  admins: readonly Actor[];
  place: ApprovalsPlace;
}

export const nobodyAround: Around = {
  approvers: [],
  admins: [],
  place: { channel: null, lost: null, apart: null, shows: new Set(), members: [] },
};

export interface Showing {
  /** Conversations that a case goes to whoever can decide. */
  always: readonly string[];
  receivers: readonly string[];
  sendsTo(to: string, kind: PostKind, around: Around): boolean;
  /** @param as whoever looks, where that is one of many or has just become somebody else */
  showsTo(to: string, kind: PostKind, around: Around, as?: Reader): PostContent;
}

const has = (people: readonly Actor[], to: string) => people.some(({ id }) => chatOf(id) === to);

interface Known {
  /** What a conversation has of the case. */
  kindsIn: (to: string) => readonly PostKind[];
  waits: Since;
  /** Whether whoever asked has no role any more: they hear that it is over, and nothing else. */
  askerLeft: boolean;
}

/** What each message about a case shows, in which conversation. */
export function showing(
  view: CaseView,
  rules: Rules,
  posts: readonly Post[],
  { kindsIn, waits, askerLeft }: Known,
): Showing {
  const { row } = view;
  const requester = chatOf(row.requesterId);
  const handed = handedSteps(view).length > 0 ? view.playbook.receivers(view.options) : [];
  const receivers = handed
    .filter(({ id }) => id !== row.requesterId && !view.playbook.subject.isOf(view.subject, id))
    .map(({ id }) => chatOf(id));
  const always = [requester, row.origin, ...receivers];
  const closed = caseState(row.state).closed === true;
  const reach = reachOf(view, posts);

  const goesTo = (to: string, { approvers, admins, place }: Around) =>
    always.includes(to) ||
    has(admins, to) ||
    to === place.channel ||
    has(
      approvers.filter(({ id }) => isToldAlone(place, id)),
      to,
    );
  const readerOf = (to: string, { approvers }: Around): Reader => ({
    id: isPersonal(to) ? to.slice('user:'.length) : null,
    audience: to === requester ? 'requester' : has(approvers, to) ? 'approver' : 'everyone',
  });

  /** Whoever could not be reached until now is not told of what they missed: the end of a case in which nothing came to them. */
  function isMissed(to: string, kind: PostKind, { members }: ApprovalsPlace): boolean {
    if (always.includes(to)) return false;
    const isOfMember = ({ toKey }: Post) => members.some(({ id }) => id !== null && chatOf(id) === toKey);
    const inChats = (at: number) => posts.some((post) => calledInChats(post, at) && isOfMember(post));
    if ('at' in kind && kind.name !== 'needs' && !isPersonal(to) && inChats(kind.at)) return true;
    if (kind.name === 'report')
      return posts.every((post) => post.toKey !== to || post.activityId === null || isLate(post));
    if (kind.name === 'approval' || kind.name === 'waiting') return closed;
    return 'stage' in kind && (closed || kind.stage !== row.stage);
  }

  const named = new Set([
    ...view.approvals.map(({ actorId }) => actorId),
    ...view.steps.map((one) => one.row.confirmedBy),
  ]);
  const drawings = new Map<string, PostContent>();
  /** Whoever has decided nothing yet reads what the others do: one drawing serves twenty approvers. */
  function drawn(kind: PostKind, as: Reader): PostContent {
    const key = [postKindText(kind), as.audience, named.has(as.id ?? '') ? as.id : ''].join(' ');
    const content = drawings.get(key) ?? contentOf(view, kind, as, { reach, rules, waits });
    drawings.set(key, content);
    return content;
  }

  return {
    always,
    receivers,
    sendsTo: (to, kind, around) =>
      (!askerLeft || to !== requester || kind.name === 'notice') &&
      goesTo(to, around) &&
      !isOld(view, kind) &&
      !isMissed(to, kind, around.place) &&
      !isMoot(view, kind, readerOf(to, around)) &&
      !isOvertaken(kind, kindsIn(to)),
    showsTo(to, kind, around, as = readerOf(to, around)) {
      const { approvers, place } = around;
      if (askerLeft && to === requester)
        return {
          text:
            kind.name === 'notice' && closed
              ? `${view.name} is ${caseState(row.state).words}.`
              : `${view.name}: you have no role in Signoff any more, so it is no longer shown here.`,
        };
      // What is over stays where it was: nothing of it goes on elsewhere.
      if (!goesTo(to, around) && !place.shows.has(to) && !(closed && has(approvers, to)))
        return { text: elsewhere(view, to, around) };
      if (isOvertaken(kind, kindsIn(to))) return { text: `${view.name}: called again further down.` };
      const content = drawn(kind, as);
      if (isPersonal(to) || !('card' in content)) return content;
      if (to !== place.channel || !isLive(view, kind)) return { card: readByMany(content.card) };
      const names = approvers.filter(({ id }) => waitsForReader(view, { id, audience: 'approver' }));
      return { card: inChannel(content.card, { caseId: row.id, names, members: place.members }) };
    },
  };
}

/** What stands where a case is not shown any more. */
function elsewhere({ name, row }: CaseView, to: string, { approvers, place }: Around): string {
  if (isPersonal(to) && !has(approvers, to))
    return `${name}: you can’t decide on this case any more, so it is no longer shown here.`;
  if (caseState(row.state).closed) return `${name} is no longer shown here.`;
  return `${name} goes on in ${place.channel === null ? 'the approvers’ own chats' : 'the approvals channel'}.`;
}

/** Kept back, refused, or not taken until now: what stands further up goes on standing for it. */
export const isNowhere = ({ replaced, unreachable, failures, shownHash, activityId }: Post): boolean =>
  activityId === null && (replaced || unreachable || failures > 0 || shownHash !== null);

/** Whether it is a call in an approver’s own chat, as late as that: the channel that had none then needs none later. */
function calledInChats({ toKey, toName, kind: text }: Post, at: number): boolean {
  const kind = readPostKind(text);
  return isPersonal(toKey) && toName !== null && 'at' in kind && kind.name !== 'needs' && kind.at >= at;
}

const isLate = ({ kind }: Post): boolean => readPostKind(kind).name === 'late';

/** Teams has nobody there, or did not take it. */
const isGivenUp = ({ unreachable, shownHash }: Post): boolean => unreachable || shownHash !== null;

/** Whom the plan as it is now was sent to: with its card, or with one that calls to it. */
function reachOf({ row }: CaseView, posts: readonly Post[]): Reach {
  const ofPlan = ({ kind: text, copy, toName }: Post) => {
    const kind = readPostKind(text);
    const isPlan = kind.name === 'approval' || kind.name === 'waiting';
    return copy === 0 && toName !== null && isPlan && kind.version === row.version;
  };
  const chats = [...Map.groupBy(posts.filter(ofPlan), ({ toKey }) => toKey).values()];
  const names = (which: (all: readonly Post[]) => boolean) =>
    chats.filter(which).map((all) => all.find(({ toName }) => toName !== null)?.toName ?? '');
  const isTold = (all: readonly Post[]) => all.some(({ activityId }) => activityId !== null);
  return {
    asked: names(isTold),
    pending: names((all) => !isTold(all) && !all.some(isGivenUp)),
    notReached: names((all) => !isTold(all) && all.some(isGivenUp)),
  };
}

/** What the conversations have of a case, and are to have. */
export const kindsOf =
  (said: readonly { to: string; kind: string }[]) =>
  (to: string): PostKind[] =>
    said.flatMap((one) => (one.to === to ? [readPostKind(one.kind)] : []));
