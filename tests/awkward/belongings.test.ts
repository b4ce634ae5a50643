import assert from 'node:assert/strict';
import { type Offboarded, offboard, startPromptWorld, type Wishes } from './offboard.ts';
import { assertHonest } from './report.ts';
import { loud } from './stays.ts';

async function leaves(wishes: Wishes): Promise<Offboarded> {
  await using world = await startPromptWorld();
  const one = await offboard(world, wishes);
  assertHonest(one);
  return one;
}

const row = (one: Offboarded, stepId: string) => one.planned.find((step) => step.stepId === stepId)!;
const said = (one: Offboarded, stepId: string) =>
  one.reported.find((step) => step.stepId === stepId && step.section === 'Proof')!.notes;

/** What the plan says before all else. */
const warned = (one: Offboarded): string => loud(one).join(' ');

describe('what awkward people hold, taken back as it was promised', () => {
  it('three direct licenses and one by a group, meetings, forwarding, an app registration', async () => {
    const one = await leaves({ who: 'jane' });
    assert.equal(row(one, 'remove-licenses').lines.length, 4);
    assert.deepEqual(row(one, 'remove-forwarding').lines, ['Forwarding to jane.miller@fastmail.example: on → off']);
    assert.match(row(one, 'hand-over-apps').leaves.join(), /2 secrets of the app registration “Deal Room Exporter”/);
    assert.match(row(one, 'cancel-meetings').lines.join(), /2 meetings and 1 series/);
  });

  it('licenses by a group alone', async () => {
    const one = await leaves({ who: 'aisha' });
    assert.deepEqual(one.person.licenses, []);
    assert.match(row(one, 'remove-licenses').lines.join(), /through the group “F3 Frontline Workers”/);
  });

  it('the only ownership of a team, which the successor has before it is given up', async () => {
    const one = await leaves({ who: 'luca' });
    assert.ok(row(one, 'hand-over-groups').lines.some((line) => line.startsWith('“Sales”: owner → not an owner; ')));
    assert.deepEqual(row(one, 'hand-over-groups').leaves.length, 1);
  });

  it('the only ownership of a team, without a successor: it stays, and is told', async () => {
    const one = await leaves({ who: 'ilse', inputs: { successor: '', autoReply: '' } });
    assert.match(row(one, 'hand-over-groups').leaves.join(), /Owns “Marketing” alone: choose a successor/);
  });

  it('no mailbox', async () => {
    const one = await leaves({ who: 'tomasz', inputs: { hold: 'true' } });
    assert.deepEqual(said(one, 'convert-mailbox'), ['There is no mailbox.']);
  });

  it('a mailbox of 55 GB, which keeps its license', async () => {
    const one = await leaves({ who: 'hiroshi' });
    assert.match(warned(one), /It holds 55\.2 GB, more than 50 GB/);
  });

  it('a mailbox with an archive, which keeps its license', async () => {
    const one = await leaves({ who: 'gabriela' });
    assert.match(warned(one), /It has an archive/);
  });

  it('an archive that stands on Business Premium, which stays', async () => {
    const one = await leaves({ who: 'ingrid' });
    assert.match(warned(one), /Business Premium is kept for the mailbox, and paid for\. It has an archive/);
    assert.equal(one.after.users.find(({ id }) => id === one.person.id)?.licenses.length, 1);
  });

  it('a hold that stands on Plan 1 and Archiving, which stay, while the rest goes', async () => {
    const one = await leaves({ who: 'rosalind' });
    assert.match(
      warned(one),
      /Exchange Online \(Plan 1\) and Exchange Online Archiving are kept for the mailbox, and paid for\. It is on litigation hold/,
    );
    assert.deepEqual(row(one, 'remove-licenses').lines, ['License Power BI Pro: removed']);
  });

  it('a mailbox on hold, which keeps its license and its hold', async () => {
    const one = await leaves({ who: 'dmitri', inputs: { hold: 'true' } });
    assert.match(warned(one), /It is on litigation hold/);
    assert.deepEqual(said(one, 'hold-mailbox'), ['The mailbox is already on hold.']);
  });

  it('memberships of 130 groups', async () => {
    const one = await leaves({ who: 'mei-ling' });
    const { lines, untold } = row(one, 'remove-group-memberships');
    assert.ok(lines.length + untold > 120, `${lines.length} told and ${untold} counted`);
  });

  it('a joined PC, which nobody signs in to any more once it is retired, so that it takes two', async () => {
    const one = await leaves({ who: 'jane', inputs: { devices: 'retire' } });
    assert.match(
      row(one, 'retire-or-wipe-devices').lines.join(),
      /CTS-JANE-01 .*company data removed, and nobody signs in to it with a work account any more/,
    );
    assert.match(JSON.stringify(one.report.card), /Priya Raman/, 'the second approver is named');
  });

  it('a Mac of the company, which people erase, and a phone of their own, which is not erased', async () => {
    const one = await leaves({ who: 'pablo', inputs: { devices: 'wipe' } });
    const { lines, leaves: left } = row(one, 'retire-or-wipe-devices');
    assert.deepEqual(
      lines.map((line) => line.replace(/, when.*/, '')),
      ['Device Pablo’s iPhone (iOS, personal): company data removed'],
    );
    assert.match(left.join(), /Pablo’s MacBook Pro \(macOS, company\) is a Mac: to erase it takes a six-digit PIN/);
  });

  it('a place in a group that gives roles', async () => {
    const one = await leaves({ who: 'rafael' });
    assert.equal(one.approvals, 2);
  });

  it('roles, held and eligible', async () => {
    const one = await leaves({ who: 'anders' });
    assert.equal(one.approvals, 2);
    assert.equal(row(one, 'remove-directory-roles').lines.length, 3);
  });

  it('rights on a shared mailbox, which are named and taken away', async () => {
    const one = await leaves({ who: 'jane', inputs: { successor: 'ines@contoso.com', endState: 'keep' } });
    const sales = one.after.users.find(({ userPrincipalName }) => userPrincipalName === 'sales@contoso.com')?.mailbox;
    assert.ok(!JSON.stringify(sales).includes(one.person.id));
    assert.equal(row(one, 'remove-mailbox-rights').lines.length, 2);
  });
});
