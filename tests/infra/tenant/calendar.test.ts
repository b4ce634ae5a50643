import assert from 'node:assert/strict';
import { startTestTenant, type TestTenant } from '../../support/tenant.ts';

const day = 86_400_000;
const inDays = (count: number) => new Date(Date.now() + count * day).toISOString();

interface Event {
  id: string;
  subject: string;
  type: string;
  isOrganizer: boolean;
  seriesMasterId: string | null;
  start: { dateTime: string };
}

describe('calendars and inbox rules of the local tenant', () => {
  let tenant: TestTenant;
  beforeEach(async () => {
    tenant = await startTestTenant();
  });
  afterEach(async () => {
    assert.deepEqual(tenant.violations, []);
    await tenant.close();
  });

  const base = '/users/jane@contoso.com';
  const viewPath = (from: number, to: number, more = '') =>
    `${base}/calendarView?startDateTime=${inDays(from)}&endDateTime=${inDays(to)}${more}`;
  const event = (id: string) => `${base}/events/${encodeURIComponent(id)}`;
  const cancel = (id: string) => tenant.call('POST', `${event(id)}/cancel`, { Comment: 'Jane has left Contoso.' });

  async function list(path: string): Promise<Event[]> {
    const found: Event[] = [];
    for (let next: string | undefined = path; next; ) {
      const { status, body } = await tenant.call('GET', next);
      assert.equal(status, 200, JSON.stringify(body));
      found.push(...body.value);
      next = body['@odata.nextLink']?.split('/v1.0')[1];
    }
    return found;
  }

  it('show a series as its occurrences in a view, in the order of their time', async () => {
    const events = await list(viewPath(0, 60));
    const times = events.map(({ start }) => start.dateTime);
    assert.deepEqual(times, times.toSorted());
    const pipeline = events.filter(({ subject }) => subject === 'Pipeline review');
    assert.ok(pipeline.length >= 8);
    assert.ok(pipeline.every(({ type, seriesMasterId }) => type === 'occurrence' && seriesMasterId));
    assert.ok(events.some(({ isOrganizer }) => !isOrganizer));
    assert.ok(events.every(({ subject }) => subject !== 'Fabrikam kick-off'));
  });

  it('demand a window of time for a view', async () => {
    const without = await tenant.call('GET', `${base}/calendarView`);
    assert.deepEqual([without.status, without.body.error.code], [400, 'ErrorInvalidParameter']);
    assert.equal((await tenant.call('GET', viewPath(0, 2000))).status, 400);
  });

  it('come in pages of ten where nobody asks for another size', async () => {
    const { body } = await tenant.call('GET', viewPath(0, 120));
    assert.equal(body.value.length, 10);
    assert.ok(body['@odata.nextLink']);
    const ids = (await list(viewPath(0, 120, '&$select=id&$top=3'))).map(({ id }) => id);
    assert.equal(new Set(ids).size, ids.length);
  });

  it('list series by their masters, and filter', async () => {
    const masters = await list(`${base}/events?$filter=type eq 'seriesMaster'&$select=id,subject,type,isOrganizer`);
    assert.deepEqual(masters.map(({ subject }) => subject).toSorted(), ['Pipeline review', 'Sales forecast']);
    const future = await list(
      `${base}/events?$filter=start/dateTime ge '${inDays(0).slice(0, 19)}' and isOrganizer eq true`,
    );
    assert.deepEqual(future.map(({ subject }) => subject).toSorted(), [
      'Account plans for next year',
      'Adatum: walk through the quote',
    ]);
  });

  it('cancel a meeting once', async () => {
    const [quote] = await list(`${base}/events?$filter=subject eq 'Adatum: walk through the quote'`);
    const answer = await cancel(quote!.id);
    assert.deepEqual([answer.status, answer.body], [202, undefined]);
    const again = await cancel(quote!.id);
    assert.deepEqual([again.status, again.body.error.code], [404, 'ErrorItemNotFound']);
    assert.equal((await tenant.call('GET', event(quote!.id))).status, 404);
    assert.deepEqual(
      tenant.person('jane').mailbox?.cancellations.map(({ subject, attendees }) => [subject, attendees.length]),
      [['Adatum: walk through the quote', 2]],
    );
  });

  it('cancel one meeting of a series, or all of it by its master', async () => {
    const pipeline = async () => (await list(viewPath(0, 60))).filter(({ subject }) => subject === 'Pipeline review');
    const before = await pipeline();
    assert.equal((await cancel(before[0]!.id)).status, 202);
    assert.deepEqual(
      (await pipeline()).map(({ id }) => id),
      before.slice(1).map(({ id }) => id),
    );
    assert.equal((await cancel(before[1]!.seriesMasterId!)).status, 202);
    assert.deepEqual(await pipeline(), []);
    assert.equal((await cancel(before[1]!.id)).status, 404);
  });

  it('cancel nothing for who only attends', async () => {
    const [hands] = await list(`${base}/events?$filter=subject eq 'Contoso all hands'`);
    const { status, body } = await cancel(hands!.id);
    assert.equal(status, 400);
    assert.equal(
      body.error.message,
      "Your request can't be completed. You need to be an organizer to cancel a meeting.",
    );
  });

  it('go with the mailbox', async () => {
    const [quote] = await list(`${base}/events?$filter=subject eq 'Adatum: walk through the quote'`);
    const { id } = tenant.person('jane');
    await tenant.call('DELETE', `/groups/${tenant.groupNamed('E5 Users').id}/members/${id}/$ref`);
    assert.equal((await cancel(quote!.id)).status, 404);
    assert.equal((await tenant.call('GET', viewPath(0, 1))).body.error.code, 'MailboxNotEnabledForRESTAPI');
  });

  it('keep rules, which can be removed and made again', async () => {
    const path = `${base}/mailFolders/inbox/messageRules`;
    const { body } = await tenant.call('GET', path);
    assert.deepEqual(
      body.value.map((rule: { sequence: number; displayName: string }) => [rule.sequence, rule.displayName]),
      [
        [1, 'Deals to my private mail'],
        [2, 'Newsletters'],
      ],
    );
    const [deals] = body.value;
    const own = `${path}/${encodeURIComponent(deals.id)}`;
    assert.equal((await tenant.call('GET', own)).body.displayName, 'Deals to my private mail');
    assert.equal((await tenant.call('DELETE', own)).status, 204);
    assert.equal((await tenant.call('DELETE', own)).body.error.code, 'ErrorItemNotFound');
    const { id: _id, hasError: _error, isReadOnly: _readOnly, ...again } = deals;
    const made = await tenant.call('POST', path, again);
    assert.equal(made.status, 201);
    assert.notEqual(made.body.id, deals.id);
    const after = (await tenant.call('GET', path)).body.value;
    assert.deepEqual(after[0], { ...deals, id: made.body.id });
    assert.equal((await tenant.call('POST', path, { displayName: 'Nothing' })).status, 400);
  });

  describe('take four requests at once for one mailbox', () => {
    const settings = (who: string) => `/users/${who}@contoso.com/mailboxSettings`;

    it('one by one', async () => {
      const token = await tenant.token();
      tenant.setLatency({ ms: 500 });
      const authorization = `Bearer ${token}`;
      const read = (who: string) => fetch(`${tenant.url}/v1.0${settings(who)}`, { headers: { authorization } });
      const answers = await Promise.all([...Array(6).fill('jane'), ...Array(4).fill('luca')].map(read));
      assert.equal(answers.filter(({ status }) => status === 429).length, 2);
      const refused = answers.find(({ status }) => status === 429)!;
      assert.equal(refused.headers.get('retry-after'), '1');
      assert.equal(((await refused.json()) as { error: { code: string } }).error.code, 'ApplicationThrottled');
      tenant.setLatency({ ms: 0 });
      assert.equal((await read('jane')).status, 200);
    });

    it('in a batch, unless they wait for each other', async () => {
      const batch = async (dependent: boolean) => {
        const requests = Array.from({ length: 6 }, (_, index) => ({
          id: `${index}`,
          method: 'GET',
          url: settings('jane'),
          ...(dependent && index > 0 ? { dependsOn: [`${index - 1}`] } : {}),
        }));
        const { body } = await tenant.call('POST', '/$batch', { requests });
        return body.responses.filter(({ status }: { status: number }) => status === 429).length;
      };
      assert.equal(await batch(false), 2);
      assert.equal(await batch(true), 0);
    });
  });
});
