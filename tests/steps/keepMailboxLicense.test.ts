import assert from 'node:assert/strict';
import { previewStep } from '../../bot/engine/plan.ts';
import { keepMailboxLicense } from '../../bot/steps/keepMailboxLicense.ts';
import { removeLicenses } from '../../bot/steps/removeLicenses.ts';
import { stepSuite } from '../support/stepSuite.ts';

describe('keep-mailbox-license', () => {
  const suite = stepSuite(keepMailboxLicense);
  const group = () => suite.tenant.groupNamed('Office Workers');

  it('assigns directly what a dynamic group takes away with the block, so that the mailbox stays', async () => {
    const { found, proved, context } = await suite.go('ottilie');
    assert.deepEqual(found.changes, [
      'License Microsoft 365 E3: assigned directly for now, because “Office Workers” drops Microsoft 365 E3, and the mailbox with it, once sign-in is blocked',
    ]);
    assert.equal(proved, 'Assigned directly: Microsoft 365 E3.');
    suite.tenant.setDelays({ dynamicMs: 0 });
    suite.tenant.person('ottilie').accountEnabled = false;
    assert.notEqual(await context.exchange.mailbox(context.subject.id), null);
    assert.ok(!group().members.includes(context.subject.id));
  });

  it('is taken back with the other licenses, as the plan has said from the start', async () => {
    const told = async () => {
      const { planned } = await previewStep(removeLicenses, await suite.world.contextOf('ottilie', { hold: false }));
      return planned.changes.map(({ says, binds }) => [says, binds]);
    };
    const e3 = 'License Microsoft 365 E3: removed';
    assert.deepEqual((await told())[1], ['License Microsoft 365 E3, once it is assigned directly: removed', e3]);
    await suite.go('ottilie');
    assert.deepEqual((await told())[0], [e3, e3]);
  });

  it('gives nothing back by undo that licenses were released of meanwhile', async () => {
    const done = await suite.go('ottilie');
    suite.tenant.person('ottilie').licenses = [];
    const before = suite.state();
    await suite.undo(done);
    assert.deepEqual(suite.state(), before);
  });

  it('says of other rules that they look at what may change when somebody leaves', async () => {
    for (const rule of ['user.department -eq "Finance"', 'Direct Reports for "62e1…"', 'user.MemberOf -any (…)']) {
      group().membershipRule = rule;
      const { changes } = await suite.plan('ottilie');
      assert.match(
        changes.join(),
        /the rule of “Office Workers” may drop Microsoft 365 E3, and the mailbox with it/,
        rule,
      );
    }
  });

  const harmless: [string, () => void][] = [
    ['looks at nothing that changes', () => Object.assign(group(), { membershipRule: 'user.city -eq "Seattle"' })],
    ['is paused', () => Object.assign(group(), { membershipRuleProcessingState: 'Paused' })],
    [
      'brings no mailbox',
      () => {
        const licenses = suite.tenant.person('ottilie').licenses;
        group().assignedLicenses = licenses.map(({ skuId, disabledPlans }) => ({ skuId, disabledPlans }));
      },
    ],
    [
      'brings what another group brings as well',
      () =>
        Object.assign(
          suite.tenant.groupNamed('F3 Frontline Workers'),
          structuredClone({ members: group().members, assignedLicenses: group().assignedLicenses }),
        ),
    ],
  ];
  for (const [what, change] of harmless) {
    it(`is not needed where the rule or the group ${what}`, async () => {
      change();
      assert.equal((await suite.plan('ottilie')).kind, 'not-needed');
    });
  }

  it('is left to people where nothing can be assigned without a usage location', async () => {
    suite.tenant.person('ottilie').usageLocation = null;
    const { kind, why } = await suite.plan('ottilie');
    assert.deepEqual([kind, /no usage location is set/.test(why ?? '')], ['by-hand', true]);
  });
});
