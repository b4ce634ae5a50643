import assert from 'node:assert/strict';
import { brokenChains, type Charge, type Evidence, judge } from '../../../infra/chaos/judge.ts';
import type { SeatMessage } from '../../../infra/local/teams/server.ts';
import {
  arno,
  block,
  chain,
  type Entry,
  hana,
  innocent,
  jane,
  message,
  progressCard,
  request,
  reset,
  stageCard,
  story,
} from './evidence.ts';

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
        chats: new Map([...chats, [hana, [message('hana-1', progressCard('running')), chats.get(hana)![1]!]]]),
      }),
    ],
    [
      'a stage that still waits for somebody',
      'stale card',
      ({ chats }) => ({
        chats: new Map([...chats, [arno, [chats.get(arno)![0]!, message('arno-2', stageCard('waits for you'))]]]),
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
