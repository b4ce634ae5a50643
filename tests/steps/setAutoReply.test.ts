import assert from 'node:assert/strict';
import { previewStep } from '../../bot/engine/plan.ts';
import { setAutoReply } from '../../bot/steps/setAutoReply.ts';
import { previewChange, proveSoon, type StepWorld, startStepWorld, stateOf, writesIn } from '../support/stepWorld.ts';

const awkward = `Jane's "last" day was <Friday> & she won't be back.\n\nWrite to: luca@contoso.com\nGrüße – 再见 👋`;

describe('set-auto-reply', () => {
  let world: StepWorld;
  before(async () => {
    world = await startStepWorld();
  });
  beforeEach(() => {
    world.tenant.reset();
    world.tenant.exchanges.length = 0;
  });
  after(() => world.tenant.close());

  const replies = () => {
    const { mailbox } = world.tenant.person('jane');
    assert.ok(mailbox);
    return mailbox.automaticRepliesSetting;
  };

  it('answers people inside and outside alike, always, and leaves the rest of the mailbox alone', async () => {
    const context = await world.contextOf('jane', { autoReply: 'Gone.' });
    const { before, changes } = await previewChange(setAutoReply, context);
    assert.deepEqual(changes, ['Automatic reply: off → on until the account is deleted: “Gone.”']);
    await setAutoReply.run(context, before);
    const [write] = writesIn(world.tenant.exchanges);
    assert.deepEqual(write?.requestBody, {
      automaticRepliesSetting: {
        status: 'alwaysEnabled',
        externalAudience: 'all',
        internalReplyMessage: 'Gone.',
        externalReplyMessage: 'Gone.',
      },
    });
    await proveSoon(setAutoReply, context, before);
  });

  it('sends the text as words, never as markup', async () => {
    const context = await world.contextOf('jane', { autoReply: awkward });
    const { before } = await previewChange(setAutoReply, context);
    await setAutoReply.run(context, before);
    const sent = replies().internalReplyMessage;
    assert.doesNotMatch(sent, /<(?!br>)/);
    assert.match(sent, /&lt;Friday&gt; &amp; she/);
    assert.equal(sent.split('<br>').length, 4);
    await proveSoon(setAutoReply, context, before);
  });

  const wrapped: [string, (html: string) => string][] = [
    ['a page around it', (html) => `<html>\r\n<head></head>\r\n<body>\r\n<div>${html}</div>\r\n</body>\r\n</html>\r\n`],
    ['entities for quotes', (html) => html.replaceAll('"', '&quot;').replaceAll("'", '&#39;')],
    ['entities for what is not ASCII', (html) => html.replaceAll('ü', '&#252;').replaceAll('–', '&#x2013;')],
    ['spaces that do not break', (html) => html.replaceAll(' ', '&nbsp;')],
    ['line breaks of its own', (html) => html.replaceAll('<br>', '<br />\r\n').replaceAll(' Write', '\n Write')],
  ];
  for (const [what, wrap] of wrapped) {
    it(`knows its text again when Exchange gives it back with ${what}`, async () => {
      const context = await world.contextOf('jane', { autoReply: awkward });
      const { before } = await previewChange(setAutoReply, context);
      await setAutoReply.run(context, before);
      const now = replies();
      now.internalReplyMessage = wrap(now.internalReplyMessage);
      now.externalReplyMessage = wrap(now.externalReplyMessage);
      await proveSoon(setAutoReply, context, before);
      const { planned } = await previewStep(setAutoReply, context);
      assert.deepEqual([planned.kind, planned.why], ['not-needed', 'This automatic reply is already set.']);
    });
  }

  const different: [string, (now: ReturnType<typeof replies>) => void][] = [
    ['is off', (now) => Object.assign(now, { status: 'disabled' })],
    ['ends by itself', (now) => Object.assign(now, { status: 'scheduled' })],
    ['is for contacts alone', (now) => Object.assign(now, { externalAudience: 'contactsOnly' })],
    ['says something else outside', (now) => Object.assign(now, { externalReplyMessage: 'Back on Monday.' })],
    ['says something else inside', (now) => Object.assign(now, { internalReplyMessage: '' })],
  ];
  for (const [what, change] of different) {
    it(`is not proved by a reply that ${what}`, async () => {
      const context = await world.contextOf('jane');
      const { before } = await previewChange(setAutoReply, context);
      await setAutoReply.run(context, before);
      change(replies());
      assert.ok('notYet' in (await setAutoReply.verify(context, before)));
    });
  }

  it('puts back the reply that the person had, with its dates', async () => {
    Object.assign(replies(), {
      status: 'scheduled',
      externalAudience: 'contactsOnly',
      internalReplyMessage: '<html><body>In the <b>Alps</b></body></html>',
      externalReplyMessage: 'Away',
      scheduledStartDateTime: { dateTime: '2026-12-20T17:00:00.0000000', timeZone: 'UTC' },
      scheduledEndDateTime: { dateTime: '2027-01-03T17:00:00.0000000', timeZone: 'UTC' },
    });
    const untouched = stateOf(world.tenant.data);
    const context = await world.contextOf('jane');
    const { before, changes } = await previewChange(setAutoReply, context);
    assert.match(changes.join(), /^Automatic reply: on, with another text → on until the account is deleted: “/);
    await setAutoReply.run(context, before);
    await setAutoReply.undo?.(context, before);
    assert.deepEqual(stateOf(world.tenant.data), untouched);
  });

  it('is not needed when no text was asked for, without asking Graph', async () => {
    const context = await world.contextOf('jane', { autoReply: '' });
    world.tenant.exchanges.length = 0;
    const { planned } = await previewStep(setAutoReply, context);
    assert.deepEqual([planned.kind, planned.why], ['not-needed', 'No automatic reply was asked for.']);
    assert.deepEqual(world.tenant.exchanges, []);
  });

  it('is not needed where there is no mailbox', async () => {
    for (const name of ['tomasz', 'gregor.weiss_fabrikam.com#EXT#@contoso.onmicrosoft.com']) {
      const { planned } = await previewStep(setAutoReply, await world.contextOf(name));
      assert.deepEqual([planned.kind, planned.why], ['not-needed', 'There is no mailbox.']);
    }
  });

  it('is done for a synchronized person, whose mailbox is in the cloud', async () => {
    const context = await world.contextOf('dariusz');
    const { before } = await previewChange(setAutoReply, context);
    await setAutoReply.run(context, before);
    await proveSoon(setAutoReply, context, before);
  });
});
