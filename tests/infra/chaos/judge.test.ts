import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { brokenChains, type Charge, type Evidence, judge } from '../../../infra/chaos/judge.ts';
import type { JournalRow } from '../../../infra/chaos/snapshot.ts';
import type { SeatMessage } from '../../../infra/local/teams/server.ts';
import { loadTenantFile } from '../../../infra/local/tenant/seed.ts';
import type { RequestRecord } from '../../../infra/local/tenant/server.ts';

const before = loadTenantFile();
const idOf = (name: string) => before.users.find((one) => one.userPrincipalName === `${name}@contoso.com`)!.id;
const [jane, hana, arno] = ['jane', 'hana', 'arno'].map(idOf) as [string, string, string];

type Entry = Pick<JournalRow, 'what' | 'actor'> & { data?: unknown };

function chain(entries: Entry[]): JournalRow[] {
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

function message(id: string, card: unknown, text?: string): SeatMessage {
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
    undelivered: undefined,
  };
}

const text = (words: string) => ({ type: 'TextBlock', text: words });
const card = (...body: unknown[]) => ({ type: 'AdaptiveCard', body });
const stageCard = (state: string) =>
  card(
    text('Cut off access'),
    text('OFF-1 · offboard Jane Miller · stage 1 of 5'),
    text('✓'),
    text('Block sign\\-in'),
    text(state),
  );
const report = card(text('OFF-1 · Senior Account Manager'), text('Type “status OFF\\-1” for what the journal tells.'));
const request = (method: string, path: string, body: unknown, change: Partial<RequestRecord> = {}): RequestRecord => ({
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
const block = request('PATCH', `/users/${jane}`, { accountEnabled: false });
const reset = request('PATCH', `/users/${jane}`, { passwordProfile: { password: '[redacted]' } });

const story: Entry[] = [
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
function innocent(): Evidence {
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
        post('stage:0', hana, 'hana-1'),
        post('report', hana, 'hana-2'),
        post('approval:2', arno, 'arno-0'),
        post('report', arno, 'arno-1'),
      ],
      wakeups: [],
    },
    requests: [block],
    chats: new Map([
      [hana, [message('hana-1', stageCard('proved')), message('hana-2', report)]],
      [arno, [message('arno-1', report)]],
    ]),
    accepted: [{ person: 'arno@contoso.com', verb: 'confirm', caseId: 1, steps: ['block-sign-in'] }],
    spares: [],
    fell: [],
  };
}

function found(plant: (evidence: Evidence) => Partial<Evidence> | undefined): Record<string, string[]> {
  const evidence = innocent();
  const findings = judge({ ...evidence, ...plant(evidence) });
  return Object.fromEntries(
    [...Map.groupBy(findings, ({ charge }) => charge)].map(([charge, all]) => [charge, all.map(({ words }) => words)]),
  );
}

function journaled(evidence: Evidence, entries: Entry[]): undefined {
  evidence.snapshot.journal = chain(entries);
}

describe('the judge of a round in which everything went wrong', () => {
  it('finds nothing in a case that went well', () => {
    assert.deepEqual(judge(innocent()), []);
  });

  const crimes: [string, Charge, (evidence: Evidence) => Partial<Evidence> | undefined][] = [
    [
      'a case that was promised and is not there',
      'lost',
      () => ({
        chats: new Map([...innocent().chats, ['tess', [message('tess-1', undefined, 'OFF-7: looking at …')]]]),
      }),
    ],
    [
      'a confirmation that somebody was told of and no entry tells of',
      'lost',
      (evidence) =>
        journaled(
          evidence,
          story.filter(({ what }) => what !== 'confirmed'),
        ),
    ],
    [
      'a change in the tenant that no entry tells of',
      'lost',
      ({ requests }) => ({ requests: [...requests, request('DELETE', `/users/${jane}`, undefined)] }),
    ],
    [
      'a change that came through though the connection broke, and that no entry tells of',
      'lost',
      ({ requests }) => ({ requests: [...requests, { ...reset, status: 0, fault: 'timeoutAfter' }] }),
    ],
    ['an approver who is not told how it ended', 'lost', () => ({ chats: new Map([...innocent().chats, [arno, []]]) })],
    [
      'a case that stays open',
      'stuck',
      ({ snapshot }) => {
        snapshot.cases[0]!.state = 'running';
        return undefined;
      },
    ],
    [
      'a case that was left to expire',
      'stuck',
      ({ snapshot }) => {
        snapshot.cases[0]!.state = 'expired';
        return undefined;
      },
    ],
    [
      'a step that is proved and is not so',
      'false success',
      ({ after }) => {
        after.users.find(({ id }) => id === jane)!.accountEnabled = true;
        return undefined;
      },
    ],
    [
      'a step that was called failed and only found done by Retry',
      'false failure',
      (evidence) =>
        journaled(evidence, [
          ...story.slice(0, 5),
          { what: 'step-failed', actor: 'signoff', data: { stepId: 'block-sign-in' } },
          { what: 'retried', actor: arno, data: { stepId: 'block-sign-in' } },
          { what: 'step-started', actor: 'signoff', data: { stepId: 'block-sign-in' } },
          ...story.slice(6),
        ]),
    ],
    [
      'a card that says “under way” of what is done',
      'stale card',
      ({ chats }) => ({
        chats: new Map([...chats, [hana, [message('hana-1', stageCard('running')), chats.get(hana)![1]!]]]),
      }),
    ],
    [
      'a button that is over',
      'stale card',
      ({ chats }) => {
        const [stage, last] = chats.get(hana) as [SeatMessage, SeatMessage];
        const actions = [{ type: 'Action.Execute', title: 'Confirm all', verb: 'confirm' }];
        return { chats: new Map([...chats, [hana, [{ ...stage, card: { ...stage.card, actions } }, last]]]) };
      },
    ],
    [
      'a card that was sent twice and does nothing',
      'dead spare',
      () => ({ spares: [{ person: 'arno@contoso.com', card: 'OFF-1', answer: 'not one …', refused: true }] }),
    ],
    [
      'an entry that was changed',
      'broken chain',
      ({ snapshot }) => {
        snapshot.journal[1]!.words = 'Somebody else approved.';
        return undefined;
      },
    ],
    ['a bot that fell over', 'fell over', () => ({ fell: ['SQLITE_ERROR'] })],
  ];
  for (const [crime, charge, plant] of crimes) {
    it(`finds ${crime}, and nothing else`, () => {
      assert.deepEqual(Object.keys(found(plant)), [charge]);
    });
  }

  it('finds a password that was replaced twice, and not one that was replaced in each of two cases', () => {
    const twice = (evidence: Evidence): Partial<Evidence> => {
      const { snapshot } = evidence;
      snapshot.case_steps.push({ ...snapshot.case_steps[0]!, step_id: 'reset-password', state: 'skipped' });
      journaled(evidence, [
        ...story,
        { what: 'before-recorded', actor: 'signoff', data: { stepId: 'reset-password' } },
      ]);
      return { requests: [block, reset, { ...reset, status: 0, fault: 'timeoutAfter' }] };
    };
    assert.deepEqual(found(twice), { 'unsafe repeat': [`PATCH /users/${jane}: done 2 times`] });
    const again = found((evidence) => {
      const { snapshot } = evidence;
      const planted = twice(evidence);
      snapshot.cases.push({ ...snapshot.cases[0]!, id: 2, state: 'canceled', requester_id: jane });
      snapshot.case_steps.push({ ...snapshot.case_steps[1]!, case_id: 2 });
      return planted;
    });
    assert.ok(!('unsafe repeat' in again));
  });

  it('counts no change that was refused, and none that only might have had an effect again', () => {
    const cancel = request('POST', `/users/${jane}/events/e/cancel`, {});
    const all = found((evidence) => {
      journaled(evidence, [
        ...story,
        { what: 'before-recorded', actor: 'signoff', data: { stepId: 'cancel-meetings' } },
      ]);
      return {
        requests: [
          block,
          { ...reset, status: 403 },
          { ...reset, status: 0, fault: 'reset' },
          cancel,
          { ...cancel, status: 0, fault: 'timeoutAfter' },
        ],
      };
    });
    assert.deepEqual(all, {});
  });

  it('holds a journal against its own hashes', () => {
    const { snapshot } = innocent();
    assert.deepEqual(brokenChains({ ...snapshot, journal: snapshot.journal.slice(1) }), [
      'the journal of OFF-1 breaks at entry 1',
    ]);
    assert.deepEqual(brokenChains({ ...snapshot, journal: [] }), ['the journal of OFF-1 is empty']);
  });
});
