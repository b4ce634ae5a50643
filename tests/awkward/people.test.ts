import assert from 'node:assert/strict';
import { handsOf } from '../../infra/chaos/hands.ts';
import { findButton, press } from '../support/journey.ts';
import { people } from '../support/signoff.ts';
import { wordsOf } from './cards.ts';
import { carryOn, type Offboarded, offboard, startPromptWorld, type Wishes } from './offboard.ts';
import { assertHonest } from './report.ts';

async function leaves(wishes: Wishes, options: Parameters<typeof startPromptWorld>[0] = {}): Promise<Offboarded> {
  await using world = await startPromptWorld(options);
  const one = await offboard(world, wishes);
  assertHonest(one);
  return one;
}

const row = (one: Offboarded, stepId: string) => one.planned.find((step) => step.stepId === stepId)!;

describe('awkward people, offboarded through the whole product', () => {
  it('a guest, asked for by their own address', async () => {
    const one = await leaves({
      who: 'gregor.weiss_fabrikam.com#EXT#@contoso.onmicrosoft.com',
      sentence: 'offboard gregor.weiss@fabrikam.com',
    });
    assert.deepEqual(
      one.planned.filter(({ mark }) => mark === '●').map(({ stepId }) => stepId),
      ['block-sign-in', 'remove-group-memberships', 'remove-licenses'],
    );
  });

  it('a guest whose account is one of the organization: it is closed like anybody’s', async () => {
    const one = await leaves({ who: 'bruno.keller' });
    assert.deepEqual(
      one.planned.filter(({ mark }) => mark === '●').map(({ stepId }) => stepId),
      ['block-sign-in', 'reset-password', 'revoke-sessions', 'remove-sign-in-methods', 'remove-group-memberships'],
    );
  });

  for (const [how, name] of Object.entries({ invited: 'amelie.roche', 'by synchronization': 'kenji.ito' })) {
    it(`a member from outside (${how}), whose password and sessions are not here`, async () => {
      const one = await leaves({ who: `${name}_litware.com#EXT#@contoso.onmicrosoft.com` });
      assert.deepEqual(
        one.planned.filter(({ mark }) => mark === '●').map(({ stepId }) => stepId),
        ['block-sign-in', 'remove-group-memberships'],
      );
      assert.ok(JSON.stringify(one.plan.card).includes('their account lives in another organization'));
    });
  }

  it('somebody whose mailbox is in the organization’s own Exchange: people do there what is to be done', async () => {
    const there = 'Done in our own Exchange.';
    const mailboxSteps = [
      'remove-mail-rules',
      'remove-forwarding',
      'remove-mobile-partnerships',
      'cancel-meetings',
      'set-auto-reply',
      'hide-from-address-list',
      'convert-mailbox',
      'delegate-mailbox',
    ];
    const one = await leaves({
      who: 'stellan',
      inputs: { endState: 'shared', successor: 'luca@contoso.com', autoReply: 'He has left.', cancelMeetings: 'true' },
      hands: handsOf('luca@contoso.com', () => new Date()),
      notes: Object.fromEntries(mailboxSteps.map((step) => [step, there])),
    });
    const byHand = one.planned.filter(({ mark }) => mark === '✋').map(({ stepId }) => stepId);
    assert.deepEqual(byHand, ['disable-on-premises-account', 'reset-password', ...mailboxSteps]);
    assert.match(row(one, 'convert-mailbox').notes.join(), /^By hand: The mailbox is in your own Exchange/);
  });

  it('somebody whose new mail goes to the successor as well', async () => {
    const one = await leaves({
      who: 'linh',
      inputs: { forwardMail: 'true', endState: 'shared', successor: 'luca@contoso.com' },
    });
    assert.deepEqual(row(one, 'forward-mail').lines, ['New mail: to Luca Moretti as well, with a copy in the mailbox']);
  });

  it('somebody with two phones, of which one has no name', async () => {
    const one = await leaves({ who: 'arjun' });
    assert.match(JSON.stringify(one.plan.card), /Arjun’s Galaxy.*forgotten/);
  });

  it('somebody with a mail rule that nobody sees', async () => {
    const one = await leaves({ who: 'katarzyna' });
    assert.match(JSON.stringify(one.plan.card), /Hidden mail rule “To my other mailbox”: removed/);
  });

  it('a synchronized user, whose account and forwarding only the on-premises directory can change', async () => {
    const one = await leaves(
      { who: 'dariusz', hands: handsOf('arno@contoso.com', () => new Date()) },
      {
        change(data) {
          const [dariusz, arno] = ['dariusz', 'arno'].map((name) =>
            data.users.find(({ userPrincipalName }) => userPrincipalName === `${name}@contoso.com`),
          );
          dariusz!.mailbox!.forwardingAddress = arno!.id;
        },
      },
    );
    const byHand = one.planned.filter(({ mark }) => mark === '✋').map(({ stepId }) => stepId);
    assert.deepEqual(byHand, [
      'disable-on-premises-account',
      'reset-password',
      'remove-forwarding',
      'hide-from-address-list',
    ]);
    assert.match(
      row(one, 'remove-forwarding').notes.join(),
      /^By hand: Mail is forwarded by the on-premises directory/,
    );
    assert.match(row(one, 'disable-on-premises-account').notes.join(), /a sync may let the person in again/);
    assert.ok(one.planned.every(({ leaves: lines, mark }) => mark !== '✋' || lines.length === 0));
  });

  it('a synchronized user who was taken out of an on-premises group before its stage was opened', async () => {
    const vpn = (data: { groups: { displayName: string; members: string[] }[] }, id: string) => {
      const group = data.groups.find(({ displayName }) => displayName === 'VPN Users')!;
      group.members = group.members.filter((member) => member !== id);
    };
    await using world = await startPromptWorld();
    const one = await offboard(world, {
      who: 'dariusz',
      hands: {
        ...handsOf('arno@contoso.com', () => new Date()),
        'reset-password': (data, person) => {
          person.lastPasswordChangeDateTime = new Date().toISOString();
          vpn(data, person.id);
        },
      },
    });
    assert.equal(one.plans, 1, 'nobody has to agree to people having done their part');
    assert.ok(JSON.stringify(one.planned).includes('VPN Users'));
    assert.ok(!JSON.stringify(one.reported).includes('VPN Users'), 'the report tells of what is done by now');
  });

  it('a synchronized user whose mailbox a sync would turn back: it is shared on premises first', async () => {
    const one = await leaves({ who: 'wanda', hands: handsOf('arno@contoso.com', () => new Date()) });
    assert.deepEqual(row(one, 'disable-devices').leaves.length, 2);
    assert.match(row(one, 'convert-mailbox').notes.join(), /^By hand: Directory sync would turn the mailbox back/);
    assert.equal(one.after.users.find(({ id }) => id === one.person.id)?.mailbox?.userPurpose, 'shared');
  });

  it('somebody whose license hangs on a dynamic group that wants sign-in to be allowed, whenever it lets go', async () => {
    const slow = await leaves({ who: 'ottilie' });
    assert.equal(slow.after.users.find(({ id }) => id === slow.person.id)?.mailbox?.userPurpose, 'shared');
    await using world = await startPromptWorld({ change: ({ delays }) => Object.assign(delays, { dynamicMs: 0 }) });
    const quick = await offboard(world, { who: 'ottilie' });
    assert.deepEqual([quick.plans, quick.reported.filter(({ state }) => state === 'failed')], [1, []]);
    const after = quick.after.users.find(({ id }) => id === quick.person.id);
    assert.deepEqual([after?.mailbox?.userPurpose, after?.licenses], ['shared', []]);
  });

  it('two of one name, of whom one is chosen', async () => {
    await using world = await startPromptWorld();
    const asked = await world.ask(people.helpdesk, 'offboard Alex Kim');
    const meant = world.tenant.person('alex.kim2');
    const action = findButton(asked, { verb: 'offboard' })!.action;
    const chosen = { ...action, data: { ...(action.data as object), person: meant.id } };
    assert.ok(JSON.stringify(asked.card).includes(meant.id), 'the candidates are not both there');
    for (const person of [people.approver, people.second]) await world.teams.open(person);
    const answer = await press(world, people.helpdesk, { message: asked, action: chosen });
    assert.ok('card' in answer && /OFF-1: looking/.test(JSON.stringify(answer.card)), JSON.stringify(answer));
    const one = await carryOn(world, 1, structuredClone(meant), { who: 'alex.kim2' });
    assertHonest(one);
    assert.equal(row(one, 'hand-over-groups').lines.length + row(one, 'hand-over-groups').untold, 15);
  });

  it('an apostrophe in the user principal name', async () => {
    await leaves({ who: "sean.o'brien@contoso.com", inputs: { exportContent: 'true' } });
  });

  it('Markdown and an emoji in the display name, which stay what they are', async () => {
    const one = await leaves({ who: 'zoe' });
    for (const message of [one.plan, one.report]) {
      assert.ok(
        wordsOf(message).some((text) => text.includes('[Ops](https://example.com)')),
        'the name is not whole',
      );
      // A text run is drawn as it is; a text block is Markdown.
      const blocks = JSON.stringify(message.card).match(/\{"type":"(TextBlock|Fact)"[^{}]*\}/g) ?? [];
      assert.ok(blocks.length > 10 && !blocks.join().includes('[Ops]'), 'a name became a link');
    }
  });

  it('a mail address that is not the user principal name', async () => {
    await leaves({ who: 'lizzie.fraser', sentence: 'offboard elizabeth.fraser-ng@contoso.com' });
  });

  it('a namesake among the deleted users, to whom the person is added', async () => {
    const one = await leaves({
      who: 'jane',
      sentence: 'offboard Jane Miller',
      inputs: { endState: 'delete', devices: 'wipe', appData: 'true', hold: 'true', exportContent: 'true' },
    });
    assert.equal(one.after.deletedUsers.filter(({ user }) => user.displayName === 'Jane Miller').length, 2);
  });

  it('nobody as manager, and so nobody as successor', async () => {
    const one = await leaves({ who: 'amara' });
    assert.equal(one.requested.successor, '');
    assert.match(row(one, 'set-auto-reply').lines[0] ?? '', /“Amara Diallo no longer works here\.”$/);
  });

  it('an account that is disabled already', async () => {
    const one = await leaves({ who: 'hendrik' });
    assert.deepEqual(row(one, 'block-sign-in').notes, ['Sign-in is already blocked.']);
  });

  it('an account that was half offboarded by others before', async () => {
    const one = await leaves(
      { who: 'youssef' },
      {
        change(data) {
          const youssef = data.users.find(({ userPrincipalName }) => userPrincipalName.startsWith('youssef'))!;
          youssef.accountEnabled = false;
          youssef.authenticationMethods = youssef.authenticationMethods.filter(({ type }) =>
            type.startsWith('password'),
          );
          const successor = youssef.manager!;
          Object.assign(youssef.mailbox!, { userPurpose: 'shared', hiddenFromAddressLists: true });
          youssef.mailbox!.fullAccess = [{ id: successor, autoMapping: true }];
          const drive = data.drives.find(({ ownerId }) => ownerId === youssef.id)!;
          drive.grants.push({ id: 'given-before', userId: successor, roles: ['write'] });
          data.appRoleAssignments = data.appRoleAssignments.filter(({ principalId }) => principalId !== youssef.id);
          for (const name of ['Sales', 'All Sales']) {
            const group = data.groups.find(({ displayName }) => displayName === name)!;
            group.members = group.members.filter((id) => id !== youssef.id);
          }
        },
      },
    );
    assert.deepEqual(row(one, 'delegate-mailbox').lines, ['Luca Moretti: send as on the mailbox']);
    assert.deepEqual(row(one, 'convert-mailbox').notes, ['The mailbox is already shared.']);
  });

  const inCouncil = ({ after, person }: Offboarded) =>
    after.groups.find(({ displayName }) => displayName === 'Works Council')!.members.includes(person.id);

  it('somebody who could activate a group that gives roles: two approve, and they can’t come back', async () => {
    const one = await leaves({ who: 'solveig' });
    assert.equal(one.approvals, 2);
    assert.equal(row(one, 'remove-privileged-groups').lines.length, 1);
    assert.deepEqual(row(one, 'remove-directory-roles').lines, []);
    // A group with hidden membership is left where it can be seen.
    assert.deepEqual([row(one, 'remove-group-memberships').leaves, inCouncil(one)], [[], false]);
  });

  it('somebody who has activated such a group, and is in one whose members may not be seen: it is told of', async () => {
    const one = await leaves(
      { who: 'solveig' },
      {
        change(data) {
          const [own] = data.groupEligibilities;
          data.groupActivations.push({ ...own!, id: 'active', startDateTime: '2026-11-20T09:00:00Z' });
          data.groups.find(({ id }) => id === own!.groupId)!.members.push(own!.principalId);
          data.app.permissions = data.app.permissions.filter((name) => name !== 'Member.Read.Hidden');
        },
      },
    );
    assert.equal(one.approvals, 2);
    assert.equal(row(one, 'remove-privileged-groups').lines.length, 1);
    assert.deepEqual(row(one, 'remove-directory-roles').lines, []);
    assert.deepEqual([row(one, 'remove-group-memberships').leaves.length, inCouncil(one)], [1, true]);
  });

  it('every kind of sign-in method, and an eligible role', async () => {
    const one = await leaves({ who: 'noor', inputs: { devices: 'leave', cancelMeetings: 'false', autoReply: '' } });
    assert.equal(row(one, 'remove-sign-in-methods').lines.length, 12);
    assert.deepEqual(row(one, 'remove-directory-roles').lines, ['Role Reports Reader: eligible → not eligible']);
  });
});
