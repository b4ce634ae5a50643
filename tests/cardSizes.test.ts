import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { type Card, fits, largestStepsBytes } from '../bot/cards/card.ts';
import { planReview } from '../bot/cards/planReview.ts';
import { progress } from '../bot/cards/progress.ts';
import { stage, waitsFor } from '../bot/cards/stage.ts';
import { nobodyAsked, type Reader } from '../bot/cases/audience.ts';
import { readCaseView, type StepView } from '../bot/cases/caseView.ts';
import { handIn } from '../bot/engine/plan.ts';
import type { TenantData } from '../infra/local/tenant/seedSchema.ts';
import { asked, button, buttonsOf, caseIs, caseRow, press, submitAs } from './support/journey.ts';
import { itTeam, people, startWorld, type World } from './support/signoff.ts';

/** Teams takes a message of 80 KB for certain, in UTF-16. */
const mostCharacters = 40_000;
const longestName = 250;
const rules = { ticket: 'on', confirm: 'once' } as const;
const bytes = ({ content }: Card): number => Buffer.byteLength(JSON.stringify(content));

/** Letters of one byte, of three, and such as could be Markdown. */
const alphabets = { 'Latin letters': 'Wide ', 'Chinese characters': '漢字', 'marks of Markdown': '*_' };

describe('A card with the longest that can be written', () => {
  for (const [what, letters] of Object.entries(alphabets)) {
    const long = (length: number, begin = '') => `${begin}${letters.repeat(length)}`.slice(0, length);
    const choices = {
      successor: 'luca@contoso.com',
      autoReply: long(2000),
      endState: 'delete',
      devices: 'wipe',
      appData: 'true',
      cancelMeetings: 'true',
      ticket: long(200),
    };
    const longNames = (data: TenantData): void => {
      for (const one of [...data.groups, ...data.users]) one.displayName = long(longestName, `${one.displayName} `);
    };

    for (const who of ['jane', 'mei-ling'])
      it(`stays within its size for ${who}, in ${what}`, async () => {
        await using world = await startWorld({ change: longNames });
        const caseId = await asked(world, `offboard ${who}@contoso.com`);
        const { hana, arno, priya } = readersIn(world);
        const look = async () => readCaseView(world.signoff.runtime, await caseRow(world, caseId));
        await submitAs(world, caseId, choices);
        await caseIs(world, caseId, 'awaiting-approval');
        const asking = { ...(await look()) };
        const names = Array.from({ length: 40 }, () => long(longestName));
        const reach = { asked: names, pending: names, notReached: names };
        const note = 'With these choices more is destroyed or lost than you have seen: Delete the account.';
        const draft = { ...asking, row: { ...asking.row, state: 'draft' as const, note } };
        for (const card of [
          planReview(draft, hana, nobodyAsked, rules),
          planReview(asking, hana, reach, rules),
          planReview(asking, arno, nobodyAsked, rules),
        ])
          assert.ok(fits(card, largestStepsBytes), `a plan of ${bytes(card)} bytes`);
        // What is edited must not lose its end.
        assert.ok(JSON.stringify(planReview(draft, hana, nobodyAsked, rules).content).includes(long(2000).trim()));

        const { cloud } = world.signoff.runtime;
        const every: Readonly<Record<string, (one: StepView) => Pick<StepView, 'row'> & Partial<StepView>>> = {
          failed: ({ row }) => ({ row: { ...row, state: 'failed', words: long(500), requestId: randomUUID() } }),
          'by hand': ({ row, step, planned }) => ({
            row: { ...row, state: 'by-hand', words: long(500) },
            planned: { ...planned, kind: 'by-hand', hand: handIn(cloud, step.byHand(asking.subject, asking.options)) },
          }),
          'to be confirmed': ({ row }) => ({ row: { ...row, state: 'awaiting-confirmation' } }),
          'to be confirmed by a second approver': ({ row, planned }) => ({
            row: planned.destructive
              ? { ...row, state: 'awaiting-second-approver', reason: long(500), confirmedName: long(longestName) }
              : { ...row, state: 'awaiting-confirmation' },
          }),
        };
        for (const [index] of asking.playbook.stages.entries())
          for (const [what, change] of Object.entries(every)) {
            const row = { ...asking.row, state: 'running' as const, stage: index, stageOpen: true };
            const running = {
              ...asking,
              row,
              steps: asking.steps.map((one) => (one.row.stage === index ? { ...one, ...change(one) } : one)),
            };
            for (const card of [stage(running, index, priya), stage(running, index, arno, true)])
              assert.ok(fits(card, largestStepsBytes), `stage ${index}, ${what}: ${bytes(card)} bytes`);
            const card = stage(running, index, priya);
            const waiting = running.steps.filter((one) => waitsFor(running, one, priya)).map(({ step }) => step.id);
            const [, others = '0'] = /"(\d+) more wait/.exec(JSON.stringify(card.content)) ?? [];
            const named = buttonsOf(card.content).flatMap(({ data }) => (data as { steps: string[] }).steps);
            const shown = waiting.filter((id) => named.includes(id));
            assert.equal(shown.length + Number(others), waiting.length, `stage ${index}, ${what}: none is lost`);
            assert.ok(fits(progress(running, hana), largestStepsBytes), `progress at stage ${index}, ${what}`);
          }
      });
  }

  it('leaves room for those who are called by name in a channel', async () => {
    const wide = '漢字'.repeat(longestName / 2);
    const team = [...itTeam];
    await using world = await startWorld({
      team,
      change(data) {
        for (const user of data.users) user.displayName = `${user.displayName} ${wide}`.slice(0, longestName);
        const approvers = data.groups.find(({ displayName }) => displayName === 'Signoff Approvers');
        const others = data.users.filter(({ userPrincipalName }) => !/^(jane|hana|luca)@/.test(userPrincipalName));
        approvers?.members.push(...others.slice(0, 40).map(({ id }) => id));
        team.push(...others.slice(0, 40).map(({ userPrincipalName }) => userPrincipalName));
      },
    });
    await world.teams.open(people.admin, 'channel');
    await world.teams.say(people.admin, '@Signoff approvals here', { conversation: 'channel' });
    await world.teams.waitFor(
      people.admin,
      ({ text }) => text?.startsWith('Approvals come') === true,
      30_000,
      'channel',
    );
    await world.teams.say(people.helpdesk, 'offboard jane@contoso.com');
    const submit = await button(world, people.helpdesk, { verb: 'submit', caseId: 1 });
    await press(world, people.helpdesk, submit, {
      successor: 'luca@contoso.com',
      autoReply: '漢字'.repeat(1000),
      endState: 'shared',
    });
    const message = await world.teams.waitFor(
      people.admin,
      ({ card }) => JSON.stringify(card ?? '').includes('</at>'),
      30_000,
      'channel',
    );
    const { length } = JSON.stringify([message.card, message.summary]);
    assert.ok(length <= mostCharacters, `${length} characters`);
  });
});

function readersIn({ tenant }: World): Record<'hana' | 'arno' | 'priya', Reader> {
  const reader = (name: string, audience: Reader['audience']) => ({ id: tenant.person(name).id, audience });
  return { hana: reader('hana', 'requester'), arno: reader('arno', 'approver'), priya: reader('priya', 'approver') };
}
