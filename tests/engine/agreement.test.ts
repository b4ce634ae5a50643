import assert from 'node:assert/strict';
import { isAgreed, planHash, stillAgreed } from '../../bot/engine/agreement.ts';
import type { Planned } from '../../bot/engine/planned.ts';
import type { Case } from '../../bot/engine/readCase.ts';
import { offboardPerson } from '../../bot/playbooks/offboardPerson.ts';
import { approved, caseRow, steps } from '../support/journey.ts';
import { startSimpleWorld } from '../support/simpleJane.ts';

const change = (says: string, ...touches: string[]) => ({ says, touches });
const plan = (over: Partial<Planned> = {}): Planned => ({
  kind: 'change',
  why: null,
  changes: [change('Leaves Sales', 'sales'), change('Leaves Finance', 'finance')],
  leaves: ['Everyone is a dynamic group: it follows its rule'],
  destructive: false,
  hand: null,
  ...over,
});
const hand = { who: 'an admin', where: 'Entra', link: 'https://entra.microsoft.com', clicks: ['Click'], command: null };
const byHand = (over: Partial<Planned> = {}): Planned =>
  plan({ kind: 'by-hand', why: 'Synced', changes: [], leaves: [], hand, ...over });
const notNeeded = plan({ kind: 'not-needed', why: 'Nothing to do', changes: [], leaves: [] });

describe('what was agreed to', () => {
  const covered: [string, Planned, Planned][] = [
    ['the same', plan(), plan()],
    ['fewer changes', plan(), plan({ changes: [change('Leaves Finance', 'finance')] })],
    ['nothing any more', plan(), notNeeded],
    [
      'nothing any more, with the same loss',
      plan({ warns: ['Mail is lost'] }),
      { ...notNeeded, warns: ['Mail is lost'] },
    ],
    ['leaving less undone', plan(), plan({ leaves: [] })],
    ['destroying nothing after all', plan({ destructive: true }), plan()],
    ['the same by hand', byHand(), byHand()],
    [
      'another count of the same',
      plan({ changes: [{ ...change('Removes 3 rules'), binds: 'rules' }] }),
      plan({ changes: [{ ...change('Removes 4 rules'), binds: 'rules' }] }),
    ],
  ];
  for (const [what, agreed, now] of covered) {
    it(`covers ${what}`, () => assert.equal(stillAgreed(agreed, now), true));
  }

  const beyond: [string, Planned, Planned][] = [
    ['a change more', plan(), plan({ changes: [...plan().changes, change('Leaves Marketing', 'marketing')] })],
    ['the same sentence about another', plan(), plan({ changes: [change('Leaves Sales', 'marketing')] })],
    ['another sentence about the same', plan(), plan({ changes: [change('Owns Sales', 'sales')] })],
    ['leaving more undone', plan(), plan({ leaves: [...plan().leaves, 'Contractors is kept on premises'] })],
    ['leaving something undone where all was done', plan({ leaves: [] }), plan()],
    ['leaving two of one name where it was one', plan(), plan({ leaves: [...plan().leaves, ...plan().leaves] })],
    ['losing what was not shown, though nothing is to be done', plan(), { ...notNeeded, warns: ['Mail is lost'] }],
    ['losing two of one name', plan({ warns: ['A phone'] }), plan({ warns: ['A phone', 'A phone'] })],
    ['destroying', plan(), plan({ destructive: true })],
    ['doing what was for people', byHand(), plan({ leaves: [] })],
    ['people doing what Signoff was to do', plan(), byHand()],
    ['people doing something else', byHand(), byHand({ hand: { ...hand, clicks: ['Click twice'] } })],
    ['doing what was not needed', notNeeded, plan({ leaves: [] })],
  ];
  for (const [what, agreed, now] of beyond) {
    it(`does not cover ${what}`, () => assert.equal(stillAgreed(agreed, now), false));
  }
});

describe('an agreement', () => {
  it('is to one plan: of whom, who asked, how urgently, and with which choices', async () => {
    await using world = await startSimpleWorld();
    const caseId = await approved(world);
    const row = await caseRow(world, caseId);
    const all = await steps(world, caseId);
    const agreed = (now: Case) => isAgreed(world.signoff.runtime.db, offboardPerson, now, all);
    assert.equal(await agreed(row), true);
    const luca = world.tenant.person('luca').id;
    for (const change of [
      { requesterId: luca },
      { urgent: true },
      { subjectId: luca },
      { subject: { ...(row.subject as object), id: luca } },
      { options: { ...(row.options as object), endState: 'delete' } },
      { planHash: null },
    ]) {
      const now = { ...row, ...change };
      assert.equal(await agreed(now), false, JSON.stringify(change));
      // Nor when the hash is made to fit what was changed.
      const fitting = { ...now, planHash: planHash(offboardPerson, now, all) };
      if (!('planHash' in change)) assert.equal(await agreed(fitting), false, JSON.stringify(change));
    }
  });
});
