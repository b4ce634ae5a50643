import assert from 'node:assert/strict';
import type { Clock } from '../../bot/clock.ts';
import { systemClock } from '../../bot/clock.ts';
import { stillAgreed } from '../../bot/engine/agreement.ts';
import { previewStep } from '../../bot/engine/plan.ts';
import { GraphFailure } from '../../bot/graph/failure.ts';
import { cancelMeetings } from '../../bot/steps/cancelMeetings.ts';
import type { Meeting } from '../../infra/local/tenant/seedSchema.ts';
import { stepSuite } from '../support/stepSuite.ts';

const meeting = (id: string, more: Partial<Meeting> = {}): Meeting => ({
  id,
  subject: id,
  organizer: null,
  attendees: ['luca@contoso.com'],
  dayOffset: 5,
  startTime: '09:00',
  minutes: 30,
  weeks: null,
  cancelledWeeks: [],
  isOnlineMeeting: false,
  location: '',
  ...more,
});

describe('cancel-meetings', () => {
  const suite = stepSuite(cancelMeetings);
  const mailbox = () => {
    const found = suite.tenant.person('jane').mailbox;
    assert.ok(found);
    return found;
  };
  const left = () => mailbox().meetings.map(({ id }) => id);
  const batches = () =>
    suite.tenant.exchanges
      .filter(({ path }) => path === '/v1.0/$batch')
      .map(({ requestBody }) => (requestBody as { requests: { url: string }[] }).requests);

  it('cancels a series once and what happens once, and leaves to others what they organize', async () => {
    const { found, proved } = await suite.go('jane');
    assert.deepEqual(found.changes, ['2 meetings and 1 series of meetings: canceled, everybody invited is told']);
    assert.equal(proved, '2 meetings and 1 series of meetings: canceled.');
    assert.deepEqual(
      mailbox()
        .cancellations.map(({ meetingId, week }) => [meetingId, week])
        .toSorted(),
      [
        ['account-plans', null],
        ['adatum-quote', null],
        ['pipeline-review', null],
      ],
    );
    assert.deepEqual(left(), ['fabrikam-kick-off', 'sales-forecast', 'all-hands']);
  });

  it('says why to everybody who was invited, in one sentence', async () => {
    await suite.go('jane');
    const [request] = batches()[0] ?? [];
    assert.deepEqual((request as unknown as { body: unknown }).body, { Comment: 'Jane Miller no longer works here.' });
  });

  it('asks at most four things of one mailbox at once', async () => {
    mailbox().meetings = Array.from({ length: 11 }, (_, index) => meeting(`m${index}`));
    const { found } = await suite.go('jane');
    assert.deepEqual(found.changes, ['11 meetings: canceled, everybody invited is told']);
    assert.deepEqual(
      batches().map((requests) => requests.length),
      [4, 4, 3],
    );
    assert.ok(suite.tenant.exchanges.every(({ status }) => status < 400));
    assert.equal(mailbox().cancellations.length, 11);
  });

  const leftAlone: [string, Partial<Meeting>][] = [
    ['is over', { dayOffset: -3 }],
    ['is a series that is over', { dayOffset: -70, weeks: 3 }],
    ['has nobody else in it', { attendees: [] }],
    ['is organized by somebody else', { organizer: 'luca@contoso.com' }],
    ['is more than two years ahead', { dayOffset: 800 }],
  ];
  for (const [what, more] of leftAlone) {
    it(`leaves a meeting that ${what}`, async () => {
      mailbox().meetings = [meeting('x', more)];
      const { kind, why } = await suite.plan('jane');
      assert.deepEqual([kind, why], ['not-needed', 'There are no meetings to cancel.']);
    });
  }

  it('cancels a series that began long ago and goes on, though many of its meetings are in sight', async () => {
    mailbox().meetings = [meeting('weekly', { dayOffset: -200, weeks: 150 })];
    const { found } = await suite.go('jane');
    assert.deepEqual(found.changes, ['1 series of meetings: canceled, everybody invited is told']);
    assert.equal(mailbox().cancellations.length, 1);
  });

  it('does not need somebody else to have left the rest', async () => {
    const { context, before } = await suite.preview('jane');
    mailbox().meetings = mailbox().meetings.filter(({ id }) => id !== 'adatum-quote');
    await cancelMeetings.run(context, before);
    assert.ok('proved' in (await cancelMeetings.verify(context, before)));
  });

  it('goes on with what is left when one got no answer', async () => {
    const { context, before } = await suite.preview('jane');
    suite.tenant.setFaults({ kinds: ['reset'], match: 'POST /users/.*cancel', count: 1 });
    await assert.rejects(
      cancelMeetings.run(context, before),
      (error) => error instanceof GraphFailure && error.kind === 'ambiguous',
    );
    await cancelMeetings.run(context, before);
    assert.ok('proved' in (await cancelMeetings.verify(context, before)));
    assert.equal(mailbox().cancellations.length, 3, 'nobody is told twice');
  });

  const day = 24 * 3_600_000;
  const inDays = (days: number) => ({ ...systemClock, now: () => new Date(Date.now() + days * day) });
  const planned = async (clock: Clock) =>
    (await previewStep(cancelMeetings, { ...(await suite.world.contextOf('jane')), clock })).planned;

  it('does not ask for a new agreement because meetings have passed', async () => {
    const agreed = await planned(inDays(0));
    const later = await planned(inDays(6));
    assert.deepEqual(
      [agreed, later].map(({ changes }) => changes.map(({ says }) => says)),
      [
        ['2 meetings and 1 series of meetings: canceled, everybody invited is told'],
        ['1 meeting and 1 series of meetings: canceled, everybody invited is told'],
      ],
    );
    assert.ok(stillAgreed(agreed, later));
    mailbox().meetings.push(meeting('far', { dayOffset: 733 }));
    assert.ok(
      stillAgreed(agreed, await planned(inDays(6))),
      'it was out of sight when the case was opened, and stays so',
    );
    mailbox().meetings.push(meeting('new', { dayOffset: 8 }));
    assert.ok(!stillAgreed(agreed, await planned(inDays(6))), 'a new one is not agreed to');
  });

  it('cancels no meeting that has passed by the time of a retry, and is proved without it', async () => {
    const { context, before } = await suite.preview('jane');
    const later = { ...context, clock: inDays(6) };
    await cancelMeetings.run(later, before);
    assert.ok('proved' in (await cancelMeetings.verify(later, before)));
    assert.ok(left().includes('adatum-quote'), 'it was on day three');
    assert.equal(mailbox().cancellations.length, 2);
  });

  it('looks no further ahead at a retry than in the plan: what comes into sight is not new', async () => {
    mailbox().meetings.push(meeting('far', { dayOffset: 733 }));
    const { context, before } = await suite.go('jane');
    assert.deepEqual(await cancelMeetings.verify({ ...context, clock: inDays(6) }, before), {
      proved: '2 meetings and 1 series of meetings: canceled.',
    });
  });

  it('is not needed without a mailbox, or where meetings are left', async () => {
    assert.equal((await suite.plan('tomasz')).why, 'There is no mailbox.');
    assert.equal((await suite.plan('jane', { cancelMeetings: false })).why, 'Meetings are left as they are.');
  });
});
