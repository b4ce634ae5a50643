import type { Card } from '../cards/card.ts';
import { caseReport } from '../cards/caseReport.ts';
import { planReview } from '../cards/planReview.ts';
import { progress, waitsForReader } from '../cards/progress.ts';
import { stage, waitsFor } from '../cards/stage.ts';
import { nobodyAsked, type Reach, type Reader } from '../cases/audience.ts';
import type { Rules } from '../cases/cases.ts';
import { type CaseView, handedSteps, hasStarted } from '../cases/caseView.ts';
import { lateWords } from '../cases/late.ts';
import type { Since } from '../cases/waits.ts';
import { inWords, minutes } from '../clock.ts';
import { caseState } from '../engine/states.ts';
import { callingAgain } from './callingCard.ts';
import type { PostKind } from './postKind.ts';

/** A card rings like any new message; `text` alone is for what needs no answer. */
export type PostContent = { card: Card } | { text: string };

interface Beside {
  reach?: Reach;
  rules: Rules;
  waits: Since;
}

/** What one message shows now, to whom it was sent; what calls again says first since when it waits. */
export function contentOf(view: CaseView, kind: PostKind, reader: Reader, beside: Beside): PostContent {
  const content = bareContent(view, kind, reader, beside);
  const since = isOld(view, kind) ? null : waitingSince(view, kind, reader, beside.waits);
  return since === null || !('card' in content) ? content : { card: callingAgain(content.card, since) };
}

function bareContent(
  view: CaseView,
  kind: PostKind,
  reader: Reader,
  { reach = nobodyAsked, rules }: Beside,
): PostContent {
  const { name, row, playbook, subject } = view;
  const called = `${name} · ${playbook.words.title(subject.displayName)}`;
  const plan = (as: Reader): PostContent => ({ card: planReview(view, as, reach, rules) });
  if (isOld(view, kind)) return { text: `${called}: ${oldWords(view, kind)}` };
  switch (kind.name) {
    case 'stub':
      return {
        text: `${name}: the plan goes to ${row.requesterName} in a personal chat with Signoff, and from there to the approvers.`,
      };
    case 'plan':
    case 'again':
      return isUnderWay(view) ? { card: progress(view, reader) } : plan(reader);
    case 'approval':
    case 'waiting':
      // Whoever is called because nobody else acts has nothing to follow.
      if (kind.name === 'waiting' && reader.audience === 'everyone' && row.state !== 'awaiting-approval')
        return { text: `${called}: decided by now.` };
      return isUnderWay(view) ? { card: progress(view, reader) } : plan(reader);
    case 'expiring':
      return {
        text:
          row.state === 'awaiting-approval' && row.expiresAt !== null
            ? `${called}: nobody has decided yet, and it expires on ${inWords(row.expiresAt)}. Remind the approvers, or speak to them.`
            : `${called}: decided by now.`,
      };
    case 'stage':
      return { card: stage(view, kind.stage, reader) };
    case 'needs':
    case 'unconfirmed':
    case 'reminder':
      // It takes the place of an approver's card of the whole stage.
      return { card: stage(view, kind.stage, reader, kind.name !== 'unconfirmed' && reader.audience !== 'approver') };
    case 'report':
      return { card: caseReport(view) };
    case 'late':
      return { text: `${called}: ${lateWords(view, kind.position)}` };
    case 'apartOfSubject':
      return {
        text: `${called}: this case goes to the approvers’ own chats, because whoever it is about (${subject.displayName}) is in the team that the approvals channel belongs to.`,
      };
    case 'apartOfGuests':
      return {
        text: `${called}: this case goes to the approvers’ own chats, because guests who may see no cases are in the team that the approvals channel belongs to.`,
      };
    case 'handed':
      return {
        text: `${called}, ${row.state === 'finished' ? 'and you take over' : `and the case was ended early: it is ${caseState(row.state).words}. This stays with you`}. ${handedWords(view)} Ask ${row.requesterName} if something is missing.`,
      };
    case 'notice':
      return { text: `${called}: ${row.note ?? 'closed.'} Nothing was changed.` };
  }
}

const replaced: Partial<Record<PostKind['name'], string>> = {
  approval: 'this plan has been replaced by a newer one.',
  waiting: 'decided by now.',
  expiring: 'decided by now.',
  report: 'it went on after this.',
  notice: 'it was asked for again.',
};

/** Until there is a newer plan, nothing has taken the place of the old one. */
function oldWords({ row }: CaseView, { name }: PostKind): string {
  const isOfPlan = name === 'approval' || name === 'waiting';
  if (isOfPlan && row.state === 'draft') return `${row.requesterName} took this plan back. There is nothing to decide.`;
  if ((isOfPlan || name === 'notice') && ['draft', 'planning', 'submitted'].includes(row.state))
    return `${row.requesterName} is changing this plan, to ask again.`;
  return replaced[name] ?? 'asked about anew since.';
}

/** Of a plan that is no longer the one, or of an end that was none. */
export const isOld = ({ row }: Pick<CaseView, 'row'>, kind: PostKind): boolean =>
  'version' in kind &&
  (kind.version !== row.version ||
    ((kind.name === 'report' || kind.name === 'notice') && !caseState(row.state).closed));

/** What lasts, for whoever has it now. */
const handedWords = (view: CaseView): string =>
  handedSteps(view)
    .map(({ row }) => row.words)
    .join(' ');

/** From its approval on, the card that showed the plan shows how far it is. */
const isUnderWay = (view: CaseView): boolean =>
  view.row.state === 'running' ||
  view.row.state === 'finished' ||
  (hasStarted(view) && view.row.state !== 'awaiting-approval');

/** The message that waits for somebody; null when nothing does. */
export function liveKind(view: CaseView, reader: Reader): PostKind | null {
  const { state, version, stage: index } = view.row;
  if (!waitsForReader(view, reader)) return null;
  if (state === 'draft' || state === 'rejected') return { name: 'plan' };
  if (state === 'awaiting-approval') return { name: 'approval', version };
  return { name: 'stage', version, stage: index };
}

/** Whether a message that calls has come to nothing before it could be sent: nobody is called to what does not wait for them. */
export function isMoot(view: CaseView, kind: PostKind, reader: Reader): boolean {
  const { state, stage: now } = view.row;
  if (kind.name === 'again') return state !== 'draft';
  if (kind.name === 'expiring') return state !== 'awaiting-approval';
  if (kind.name !== 'waiting' && !('stage' in kind)) return false;
  if (reader.audience === 'everyone') return !isLive(view, kind);
  if (kind.name === 'waiting') return state !== 'awaiting-approval' || !waitsForReader(view, reader);
  return kind.stage !== now || !view.steps.some((one) => waitsFor(view, one, reader));
}

/** Since when what a message calls to again has waited, as a moment; null where it does not, or was not called to before. */
function waitingSince(view: CaseView, kind: PostKind, reader: Reader, waits: Since): number | null {
  if (isMoot(view, kind, reader)) return null;
  switch (kind.name) {
    case 'again':
      // The first call is that it came back.
      return waits.draft !== null && kind.at * 1000 - waits.draft > minutes(1) ? waits.draft : null;
    case 'waiting':
      return waits.approvers;
    case 'unconfirmed':
      return reader.audience === 'requester' ? waits.requester : waits.approvers;
    case 'reminder':
      return waits.byHand;
    default:
      return null;
  }
}

/** Whether somebody could act on such a message now, in a place where approvers do. */
export function isLive(view: CaseView, kind: PostKind): boolean {
  if (isOld(view, kind)) return false;
  if (kind.name === 'approval' || kind.name === 'waiting') return view.row.state === 'awaiting-approval';
  if (!('stage' in kind) || kind.stage !== view.row.stage) return false;
  return view.steps.some((one) => waitsFor(view, one, { id: null, audience: 'approver' }));
}
