import type { Card } from '../cards/card.ts';
import { caseReport } from '../cards/caseReport.ts';
import { planReview } from '../cards/planReview.ts';
import { progress, waitsForReader } from '../cards/progress.ts';
import { stage } from '../cards/stage.ts';
import { nobodyAsked, type Reach, type Reader } from '../cases/audience.ts';
import type { Rules } from '../cases/cases.ts';
import { type CaseView, hasStarted, lastingSteps } from '../cases/caseView.ts';
import { lateWords } from '../cases/late.ts';
import { inWords } from '../clock.ts';
import type { PostKind } from './postKind.ts';

/** A card rings like any new message; `text` alone is for what needs no answer. */
export type PostContent = { card: Card } | { text: string };

/** What one message shows now, to whom it was sent. */
export function contentOf(
  view: CaseView,
  kind: PostKind,
  reader: Reader,
  { reach = nobodyAsked, rules }: { reach?: Reach; rules: Rules },
): PostContent {
  const { name, row, playbook, subject } = view;
  const called = `${name} · ${playbook.words.title(subject.displayName)}`;
  const plan = (as: Reader): PostContent => ({ card: planReview(view, as, reach, rules) });
  switch (kind.name) {
    case 'stub':
      return {
        text: `${name}: the plan goes to ${row.requesterName} in a personal chat with Signoff, and from there to the approvers.`,
      };
    case 'plan':
      return isUnderWay(view) ? { card: progress(view, reader) } : plan(reader);
    case 'approval':
      if (kind.version !== row.version) return { text: `${called}: this plan has been replaced by a newer one.` };
      return isUnderWay(view) ? { card: progress(view, reader) } : plan(reader);
    case 'waiting':
      return row.state === 'awaiting-approval' && kind.version === row.version
        ? plan(reader)
        : { text: `${called}: decided by now.` };
    case 'expiring':
      return {
        text:
          row.state === 'awaiting-approval' && kind.version === row.version && row.expiresAt !== null
            ? `${called}: nobody has decided yet, and it expires on ${inWords(row.expiresAt)}. Remind the approvers, or speak to them.`
            : `${called}: decided by now.`,
      };
    case 'stage':
      return { card: stage(view, kind.stage, reader) };
    case 'needs':
    case 'unconfirmed':
      return { card: stage(view, kind.stage, reader, kind.name === 'needs') };
    case 'report':
      return { card: caseReport(view) };
    case 'reminder': {
      const open = view.steps
        .filter(({ row: step }) => step.stage === kind.stage && step.state === 'by-hand')
        .map(({ step }) => `“${step.title}”`);
      return {
        text:
          open.length === 0
            ? `${called}: done by now.`
            : `${called}: still to be done by hand: ${open.join(', ')}. The card above says how.`,
      };
    }
    case 'late':
      return { text: `${called}: ${lateWords(view, kind.position)}` };
    case 'lost':
      return {
        text: `${called}: Signoff can’t post in the approvals channel any more, so approvals go to the approvers’ own chats. Write “@Signoff approvals here” in another channel, or “approvals off”.`,
      };
    case 'handed':
      return {
        text: `${called}, and you take over. ${handedWords(view)} Ask ${row.requesterName} if something is missing.`,
      };
    case 'notice':
      return { text: `${called}: ${row.note ?? 'closed.'} Nothing was changed.` };
  }
}

/** What lasts, for whoever has it now. */
const handedWords = (view: CaseView): string =>
  lastingSteps(view)
    .map(({ row }) => row.words)
    .join(' ');

/** From its approval on, the card that showed the plan shows how far it is. */
const isUnderWay = (view: CaseView): boolean =>
  view.row.state === 'running' ||
  view.row.state === 'finished' ||
  (hasStarted(view) && view.row.state !== 'awaiting-approval');

/** The message that waits for somebody; null when nothing does. */
export function liveKind(view: CaseView, reader: Reader): PostKind | null {
  const { row } = view;
  if (!waitsForReader(view, reader)) return null;
  if (row.state === 'draft' || row.state === 'rejected') return { name: 'plan' };
  if (row.state === 'awaiting-approval') return { name: 'approval', version: row.version };
  return { name: 'stage', stage: row.stage };
}
