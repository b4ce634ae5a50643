import assert from 'node:assert/strict';
import { removeMailRules } from '../../bot/steps/removeMailRules.ts';
import { stepSuite } from '../support/stepSuite.ts';

describe('remove-mail-rules', () => {
  const suite = stepSuite(removeMailRules);
  const mailbox = () => {
    const found = suite.tenant.person('jane').mailbox;
    assert.ok(found);
    return found;
  };
  const rule = (displayName: string, more: object = {}) => ({
    id: String(Math.trunc(2 ** 41 + mailbox().rules.length)),
    displayName,
    isEnabled: true,
    isHidden: false,
    conditions: null,
    exceptions: null,
    actions: { delete: true },
    ...more,
  });
  const withoutIds = () => mailbox().rules.map(({ id: _id, ...rest }) => rest);

  it('names each rule and removes it', async () => {
    const { found, proved } = await suite.go('jane');
    assert.deepEqual(found.changes, [
      'Mail rule “Deals to my private mail”: removed',
      'Mail rule “Newsletters”: removed',
    ]);
    assert.equal(proved, '2 mail rules were removed.');
    assert.deepEqual(mailbox().rules, []);
  });

  it('puts them back in their order, with what they do and whether they were on', async () => {
    mailbox().rules.push(
      rule('Third', { isEnabled: false }),
      rule('Fourth', { conditions: { subjectContains: ['x'] } }),
    );
    const before = withoutIds();
    const done = await suite.go('jane');
    await suite.undo(done);
    assert.deepEqual(withoutIds(), before);
    await suite.undo(done);
    assert.deepEqual(withoutIds(), before, 'and only once');
  });

  it('puts back only what is missing after an undo was cut off', async () => {
    mailbox().rules.push(rule('Third'));
    const before = withoutIds();
    const done = await suite.go('jane');
    suite.tenant.setFaults({ kinds: ['timeoutAfter'], match: 'POST /users', count: 1, hangMs: 5 });
    await assert.rejects(suite.undo(done));
    assert.equal(mailbox().rules.length, 1);
    await suite.undo(done);
    assert.deepEqual(withoutIds(), before);
  });

  it('tells two rules of one name apart', async () => {
    mailbox().rules = [rule('Same', { actions: { delete: true } }), rule('Same', { actions: { markAsRead: true } })];
    mailbox().rules[1] = { ...rule('Same'), id: '77', actions: { markAsRead: true } };
    const before = withoutIds();
    const done = await suite.go('jane');
    assert.equal(mailbox().rules.length, 0);
    await suite.undo(done);
    assert.deepEqual(withoutIds(), before);
  });

  it('leaves a rule that was made after the plan: nobody agreed to that', async () => {
    const { context, before } = await suite.preview('jane');
    mailbox().rules.push(rule('New'));
    await removeMailRules.run(context, before);
    assert.deepEqual(
      mailbox().rules.map(({ displayName }) => displayName),
      ['New'],
    );
    assert.ok('proved' in (await removeMailRules.verify(context, before)));
  });

  it('leaves a rule that only Outlook can remove to people, and says so also when it is the only one', async () => {
    const { context } = await suite.preview('jane');
    const graph = {
      ...context.graph,
      list: (async (path: string, item: { parse(one: unknown): unknown }) =>
        (await context.graph.list<object>(path, item as never)).map((one) => ({ ...one, isReadOnly: true }))) as never,
    };
    const found = await removeMailRules.preview({ ...context, graph });
    assert.ok('notNeeded' in found);
    assert.deepEqual(found.leaves, [
      'The rule “Deals to my private mail” can only be removed in Outlook.',
      'The rule “Newsletters” can only be removed in Outlook.',
    ]);
  });

  it('never touches the rules that Exchange keeps for itself', async () => {
    mailbox().rules.push(rule('Junk E-mail Rule', { isHidden: true }));
    await suite.go('jane');
    assert.deepEqual(
      mailbox().rules.map(({ displayName }) => displayName),
      ['Junk E-mail Rule'],
    );
    assert.deepEqual(suite.cmdlets('Remove-InboxRule'), []);
  });

  it('finds hidden rules by Exchange, which Graph never shows, and removes them', async () => {
    const { found, proved } = await suite.go('katarzyna');
    assert.deepEqual(found.changes, ['Hidden mail rule “To my other mailbox”: removed, and can’t be put back']);
    assert.equal(proved, '1 mail rule was removed.');
    assert.deepEqual(suite.tenant.person('katarzyna').mailbox?.rules, []);
  });

  it('believes that a hidden rule is gone when Exchange shows it no more, and not before', async () => {
    const { context, before } = await suite.preview('katarzyna');
    assert.deepEqual(await removeMailRules.verify(context, before), { notYet: 'Still there: “To my other mailbox”.' });
    await removeMailRules.run(context, before);
    await removeMailRules.run(context, before);
    assert.deepEqual(await removeMailRules.verify(context, before), { proved: '1 mail rule was removed.' });
  });

  it('says that hidden rules were not looked for, where it may not look', async () => {
    const context = await suite.world.contextOf('katarzyna');
    const blind = { ...context, access: { ...context.access, exchange: new Set<never>() } };
    assert.deepEqual(await removeMailRules.preview(blind), {
      notNeeded: 'There are no mail rules that could be removed.',
      leaves: [
        "Hidden mail rules: Signoff may not look for them in Exchange Online. Look there: Get-InboxRule -Mailbox 'katarzyna@contoso.com' -IncludeHidden:$true.",
      ],
    });
  });

  it('is not needed without rules or without a mailbox', async () => {
    mailbox().rules = [];
    assert.equal((await suite.plan('jane')).why, 'There are no mail rules that could be removed.');
    assert.equal((await suite.plan('tomasz')).why, 'There is no mailbox.');
  });
});
