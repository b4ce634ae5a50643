import { createHash } from 'node:crypto';
import type { Evidence } from '../../../infra/chaos/judge.ts';
import type { JournalRow } from '../../../infra/chaos/snapshot.ts';
import type { SeatMessage } from '../../../infra/local/teams/server.ts';
import { loadTenantFile } from '../../../infra/local/tenant/seed.ts';
import type { RequestRecord } from '../../../infra/local/tenant/server.ts';

const before = loadTenantFile();
const idOf = (name: string) => before.users.find((one) => one.userPrincipalName === `${name}@contoso.com`)!.id;
export const [jane, hana, arno] = ['jane', 'hana', 'arno'].map(idOf) as [string, string, string];

export type Entry = Pick<JournalRow, 'what' | 'actor'> & { data?: unknown };

export function chain(entries: Entry[]): JournalRow[] {
  let previous = '';
  return entries.map(({ what, actor, data = null }, index) => {
    const row = {
      actor,
      at: '2026-11-20T09:00:00.000Z',
      case_id: 1,
      data: JSON.stringify(data),
      n: index + 1,
      previous_hash: previous,
      what,
      words: what,
    };
    previous = createHash('sha256').update(JSON.stringify(row)).digest('hex');
    return { ...row, hash: previous };
  });
}

export function message(id: string, card: unknown, text?: string): SeatMessage {
  return {
    id,
    version: 1,
    conversation: 'personal',
    conversationId: `chat-${id.split('-')[0]}`,
    threadId: id,
    from: { id: '28:signoff', name: 'Signoff', bot: true },
    text,
    textFormat: 'plain',
    card: card as SeatMessage['card'],
    cards: [],
    files: [],
    fileOffer: undefined,
    suggestions: [],
    summary: undefined,
    fallback: undefined,
    notice: undefined,
    pending: undefined,
    sentAt: '2026-11-20T09:00:00.000Z',
    edited: false,
    deleted: false,
    rings: true,
    links: [],
    undelivered: undefined,
  };
}

const text = (words: string) => ({ type: 'TextBlock', text: words });
const card = (...body: unknown[]) => ({ type: 'AdaptiveCard', body });
const rich = (...words: string[]) => ({
  type: 'RichTextBlock',
  inlines: words.map((one) => ({ type: 'TextRun', text: one })),
});
const row = (...words: string[]) => ({
  type: 'ColumnSet',
  columns: words.map((one) => ({ type: 'Column', items: [text(one)] })),
});
const place = text('OFF-1 · asked for by Hana Okafor, {{DATE(2026-11-20T09:00:00Z, SHORT)}}');
export const stageCard = (state: string) =>
  card(text('Jane Miller: Lock out · stage 1 of 5'), place, row('✓', 'Block sign-in', `${state} ▾`));
export const progressCard = (state: string) =>
  card(text('Jane Miller leaves'), place, row('✓', 'Lock out', '1 of 1 done ▾'), row('✓', 'Block sign-in', state));
const report = card(
  text('Jane Miller is offboarded'),
  place,
  rich('Hand over files: ', 'Whoever files were shared with still reaches them.'),
  text('Proof'),
  row('✓', 'Block sign-in', 'proved'),
  // What only shows the case is good for ever.
  { type: 'ActionSet', actions: [{ type: 'Action.Execute', title: 'Show every change', verb: 'changes', data: {} }] },
);
export const request = (
  method: string,
  path: string,
  body: unknown,
  change: Partial<RequestRecord> = {},
): RequestRecord => ({
  number: 1,
  at: '2026-11-20T09:00:00.000Z',
  method,
  path: `/v1.0${path}`,
  status: 204,
  ms: 1,
  inBatch: false,
  requestId: 'r',
  needed: [],
  matched: null,
  fault: null,
  requestBody: body,
  ...change,
});
export const block = request('PATCH', `/users/${jane}`, { accountEnabled: false });
export const reset = request('PATCH', `/users/${jane}`, { passwordProfile: { password: '[redacted]' } });

export const story: Entry[] = [
  { what: 'asked', actor: hana },
  { what: 'approved', actor: arno },
  { what: 'confirmed', actor: arno, data: { stepId: 'block-sign-in' } },
  { what: 'step-started', actor: 'signoff', data: { stepId: 'block-sign-in' } },
  { what: 'before-recorded', actor: 'signoff', data: { stepId: 'block-sign-in' } },
  { what: 'step-done', actor: 'signoff', data: { stepId: 'block-sign-in' } },
  { what: 'step-proved', actor: 'signoff', data: { stepId: 'block-sign-in' } },
  { what: 'finished', actor: 'signoff' },
];

/** A case that went well: Jane is blocked, everybody knows. */
export function innocent(): Evidence {
  const after = structuredClone(before);
  after.users.find(({ id }) => id === jane)!.accountEnabled = false;
  const post = (kind: string, person: string, id: string) => ({
    topic: 'case/1',
    kind,
    to_key: `user:${person}`,
    copy: 0,
    activity_id: id,
    conversation_id: `chat-${id.split('-')[0]}`,
    unreachable: 0,
  });
  return {
    before,
    after,
    snapshot: {
      cases: [{ id: 1, state: 'finished', subject_id: jane, requester_id: hana, options: {}, note: null }],
      case_steps: [
        {
          case_id: 1,
          step_id: 'block-sign-in',
          stage: 0,
          state: 'proved',
          attempt: 1,
          plan: { kind: 'change', changes: [{ says: 'Sign-in: allowed → blocked', touches: [jane] }] },
          before: { accountEnabled: true },
          words: 'Sign-in is blocked.',
        },
      ],
      journal: chain(story),
      posts: [
        post('plan', hana, 'hana-1'),
        post('report', hana, 'hana-2'),
        post('approval:2', arno, 'arno-0'),
        post('stage:0', arno, 'arno-2'),
        post('report', arno, 'arno-1'),
      ],
      wakeups: [],
    },
    requests: [block],
    chats: new Map([
      [hana, [message('hana-1', progressCard('proved')), message('hana-2', report)]],
      [arno, [message('arno-1', report), message('arno-2', stageCard('proved'))]],
    ]),
    accepted: [{ person: 'arno@contoso.com', verb: 'confirm', caseId: 1, steps: ['block-sign-in'] }],
    spares: [],
    fell: [],
  };
}
