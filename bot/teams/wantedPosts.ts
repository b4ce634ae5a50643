import { waitsForReader } from '../cards/progress.ts';
import { waitsFor } from '../cards/stage.ts';
import { isPersonal, type Reader } from '../cases/audience.ts';
import type { Calls, CallsMade } from '../cases/calls.ts';
import { type CaseView, hasStarted } from '../cases/caseView.ts';
import { lateSteps } from '../cases/late.ts';
import { whoIsWaitedFor } from '../cases/waits.ts';
import { caseState } from '../engine/states.ts';
import type { Post } from '../store/posts.ts';
import { comesBefore, type PostKind, readPostKind } from './postKind.ts';

const isOver = (view: CaseView) => view.row.state === 'finished' || hasStarted(view);

export function forRequester(view: CaseView, calls: Calls): PostKind[] {
  const { state, note, version, stage } = view.row;
  const reader: Reader = { id: view.row.requesterId, audience: 'requester' };
  return [
    ...(state !== 'planning' || note !== null ? [{ name: 'plan' } as const] : []),
    ...(calls.draftAt === null ? [] : [{ name: 'again', at: calls.draftAt } as const]),
    ...(calls.expiring ? [{ name: 'expiring', version } as const] : []),
    ...needs(view, reader, calls.troubledAt),
    ...(calls.requesterAt === null ? [] : [{ name: 'unconfirmed', version, stage, at: calls.requesterAt } as const]),
    ...reminders(view, calls),
    ...(caseState(state).closed && isOver(view) ? [{ name: 'report', version } as const] : ending(view)),
    ...late(view),
  ];
}

/** That it is over, in a sentence. */
export const ending = ({ row: { state, version } }: CaseView): PostKind[] =>
  caseState(state).closed ? [{ name: 'notice', version }] : [];

/** What approvers in a place have heard of a case. */
export interface Heard {
  here: readonly PostKind[];
  /** Whether they were asked in another place, where approvals went then: the rest is told here. */
  elsewhere: boolean;
}

/** Whoever was asked to approve hears the rest too; who became an approver since, what is to be decided now and the end. */
export function forApprover(view: CaseView, calls: Calls, reader: Reader, { here, elsewhere }: Heard): PostKind[] {
  const { state, version, stage } = view.row;
  const isTold = here.length > 0 || elsewhere;
  const waiting = view.steps.filter((one) => waitsFor(view, one, reader));
  const toConfirm = waiting.some(({ row }) => row.state === 'awaiting-confirmation');
  const known = here.some((kind) => kind.name === 'stage' && kind.version === version && kind.stage === stage);
  // A card that lets them confirm a stage shows what else is to be done in it; who is called anew is called by a new one.
  const called =
    waiting.some(({ row }) => row.state === 'failed' || row.state === 'awaiting-second-approver') ||
    (known && toConfirm && calls.offeredAgain);
  const also = called || (!known && !toConfirm) ? needs(view, reader, calls.troubledApproversAt) : [];
  return [
    // Once it runs, that card shows how far it is.
    ...(state === 'awaiting-approval' || (elsewhere && state === 'running')
      ? [{ name: 'approval', version } as const]
      : []),
    ...(toConfirm ? [{ name: 'stage', version, stage } as const] : []),
    ...also,
    ...(waitsForReader(view, reader) ? againKinds(view, calls) : []),
    ...(waiting.some(({ row }) => row.state === 'by-hand') ? reminders(view, calls) : []),
    ...(caseState(state).closed && isOver(view) && isTold ? [{ name: 'report', version } as const] : []),
    ...(isTold ? late(view) : []),
  ];
}

/** What calls again about what is to be done by hand. */
export const reminders = ({ row: { version, stage } }: CaseView, { byHandAt: at }: Calls): PostKind[] =>
  at === null ? [] : [{ name: 'reminder', version, stage, at }];

const late = (view: CaseView): PostKind[] =>
  lateSteps(view).map(({ row }) => ({ name: 'late', position: row.position }));

const needs = (view: CaseView, reader: Reader, at: number): PostKind[] =>
  view.steps.some((one) => waitsFor(view, one, reader))
    ? [{ name: 'needs', version: view.row.version, stage: view.row.stage, at }]
    : [];

/** What calls those who are waited for once more, where they are to be called now. */
export function againKinds(view: CaseView, { approversAt: at }: Calls): PostKind[] {
  const { version, stage } = view.row;
  const whose = at === null ? null : whoIsWaitedFor(view);
  if (at === null || whose === null) return [];
  return whose === 'plan' ? [{ name: 'waiting', version, at }] : [{ name: 'unconfirmed', version, stage, at }];
}

/** When who was called once more about the plan, or the stage, as it is now. */
export function callsMade({ row }: CaseView, posts: readonly Post[], requester: string): CallsMade {
  const calls = posts.flatMap(({ toKey, kind: text, activityId, unreachable }) => {
    // Refused in a channel, it has called nobody, and is made in the approvers’ own chats.
    if (!isPersonal(toKey) && activityId === null && unreachable) return [];
    const kind = readPostKind(text);
    if (!('at' in kind) || kind.name === 'again' || kind.name === 'needs' || kind.version !== row.version) return [];
    if ('stage' in kind ? row.state !== 'running' || kind.stage !== row.stage : row.state !== 'awaiting-approval')
      return [];
    return [{ toRequester: toKey === requester, byHand: kind.name === 'reminder', at: kind.at * 1000 }];
  });
  // The same moment in several chats is one call.
  const of = (which: (call: (typeof calls)[number]) => boolean) => [
    ...new Set(calls.filter(which).map(({ at }) => at)),
  ];
  return {
    approvers: of(({ toRequester, byHand }) => !toRequester && !byHand),
    requester: of(({ toRequester, byHand }) => toRequester && !byHand),
    byHand: of(({ byHand }) => byHand),
    draft: kindsIn(posts).flatMap((kind) => (kind.name === 'again' ? kind.at * 1000 : [])),
  };
}

const kindsIn = (posts: readonly Post[]): PostKind[] => posts.map(({ kind }) => readPostKind(kind));

/** What messages of one chat show the same, so that the last one alone does; null for what stands for itself. */
function shows(kind: PostKind): string | null {
  switch (kind.name) {
    case 'plan':
    case 'again':
      return 'plan';
    case 'approval':
    case 'waiting':
      return `approval ${kind.version}`;
    case 'stage':
    case 'needs':
    case 'unconfirmed':
    case 'reminder':
      return `stage ${kind.version} ${kind.stage}`;
    default:
      return null;
  }
}

/** The one that shows the same last, in a chat that has these: what calls once more takes the place of what stands further up. */
export function lastOf(kind: PostKind, kinds: readonly PostKind[]): PostKind {
  const at = (one: PostKind) => ('at' in one ? one.at : 0);
  const isLater = (one: PostKind, than: PostKind) => at(one) - at(than) || comesBefore(one, than);
  const same = shows(kind) === null ? [] : kinds.filter((one) => shows(one) === shows(kind));
  return same.reduce((last, one) => (isLater(one, last) > 0 ? one : last), kind);
}

export const isOvertaken = (kind: PostKind, kinds: readonly PostKind[]): boolean => lastOf(kind, kinds) !== kind;
