import assert from 'node:assert/strict';
import { GraphFailure } from '../../bot/graph/failure.ts';
import { releasePhoneNumber } from '../../bot/steps/releasePhoneNumber.ts';
import { stepSuite } from '../support/stepSuite.ts';

describe('release-phone-number', () => {
  const suite = stepSuite(releasePhoneNumber);
  const number = '+31205550142';
  const theirs = () => suite.data.phoneNumbers.find(({ telephoneNumber }) => telephoneNumber === number)!;

  it('releases the number, proved by the number itself, and says what no app can see', async () => {
    const { found, proved } = await suite.go('jane');
    assert.deepEqual(found.changes, [`Phone number ${number}: theirs → free for somebody else`]);
    assert.match(found.leaves?.join() ?? '', /^Call queues and auto attendants/);
    assert.deepEqual(suite.writes(), ['POST /admin/teams/telephoneNumberManagement/numberAssignments/unassignNumber']);
    assert.equal(proved, '1 phone number is free.');
  });

  it('does not take the order for the deed', async () => {
    suite.tenant.setDelays({ phoneMs: 3_600_000 });
    const { context, before } = await suite.preview('jane');
    await releasePhoneNumber.run(context, before);
    assert.deepEqual(await releasePhoneNumber.verify(context, before), { notYet: `Still theirs: ${number}.` });
    for (const order of suite.data.phoneOrders) order.dueAt = 0;
    assert.ok('proved' in (await releasePhoneNumber.verify(context, before)));
  });

  it('is proved when somebody else has the number by now, and does not take it from them', async () => {
    const { context, before } = await suite.preview('jane');
    theirs().assignmentTargetId = suite.tenant.person('luca').id;
    await releasePhoneNumber.run(context, before);
    assert.ok('proved' in (await releasePhoneNumber.verify(context, before)));
    assert.deepEqual(suite.writes(), []);
  });

  it('gives the number back with its place and kind', async () => {
    theirs().assignmentCategory = 'private';
    const untouched = structuredClone(theirs());
    await suite.undo(await suite.go('jane'));
    assert.deepEqual(theirs(), untouched);
  });

  it('leaves a number to the on-premises directory that brings it', async () => {
    const { kind, leaves } = await suite.plan('dariusz');
    assert.equal(kind, 'not-needed');
    assert.deepEqual(leaves, ['Phone number +31205550155: comes from the on-premises directory; clear it there.']);
  });

  it('is by hand, with a line for PowerShell, in a cloud that does not know the path', async () => {
    suite.data.premium.globalCloud = false;
    const { kind, why, hand } = await suite.plan('jane');
    assert.deepEqual([kind, why], ['by-hand', 'In this cloud of Microsoft’s no app may release phone numbers.']);
    assert.match(hand?.command ?? '', /^Remove-CsPhoneNumberAssignment .* -RemoveAll:\$true$/);
    suite.data.premium.globalCloud = true;
    suite.tenant.setFaults({ kinds: ['refuse'], match: 'GET /admin/teams' });
    await assert.rejects(suite.plan('jane'), GraphFailure);
  });
});
