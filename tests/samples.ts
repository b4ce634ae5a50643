/**
 * Writes the samples of the cards about a case, `cards/<stem>.<what>.sample.json`, as they come in a rehearsal: a case is
 * taken to each moment, and what its card was drawn from is kept. Run by `npm run samples`.
 */
import { writeFileSync } from 'node:fs';
import { caseReportCard } from '../bot/cards/caseReport.ts';
import { changesCard } from '../bot/cards/changes.ts';
import { partnerCard } from '../bot/cards/partner.ts';
import { partnerListCard } from '../bot/cards/partnerList.ts';
import { planReviewCard } from '../bot/cards/planReview.ts';
import { progressCard } from '../bot/cards/progress.ts';
import { stageCard } from '../bot/cards/stage.ts';
import { sleep } from '../bot/clock.ts';
import { directoryRole } from '../bot/graph/access.ts';
import type { TenantData } from '../infra/local/tenant/seedSchema.ts';
import {
  approved,
  asked,
  button,
  buttonsOf,
  caseIs,
  press,
  pressed,
  stepIs,
  submitAs,
  submitted,
} from './support/journey.ts';
import { people, startWorld, type World } from './support/signoff.ts';

const folder = new URL('../cards/', import.meta.url);
const kinds = {
  planReview: planReviewCard,
  stage: stageCard,
  progress: progressCard,
  caseReport: caseReportCard,
  changes: changesCard,
  partner: partnerCard,
  partnerList: partnerListCard,
};
type Kind = keyof typeof kinds;

/** What each card was drawn from, oldest first. */
let drawn: { kind: Kind; data: Record<string, unknown> }[] = [];
for (const kind of Object.keys(kinds) as Kind[]) {
  const card = kinds[kind] as { render(data: unknown, summary: string): unknown };
  const render = card.render.bind(card);
  card.render = (data, summary) => {
    drawn.push({ kind, data: data as Record<string, unknown> });
    return render(data, summary);
  };
}

/** The newest that the words are in, as JSON has them. */
function keep(kind: Kind, what: string, ...words: string[]): void {
  const found = drawn.findLast(
    (one) => one.kind === kind && words.every((word) => JSON.stringify(one.data).includes(word)),
  );
  if (found === undefined) throw new Error(`no ${kind} with ${words.join(', ')} for ${what}`);
  const stem = what === '' ? kind : `${kind}.${what}`;
  writeFileSync(new URL(`${stem}.sample.json`, folder), `${JSON.stringify(found.data, null, 2)}\n`);
}

async function rehearse(play: (world: World) => Promise<void>, options: Parameters<typeof startWorld>[0] = {}) {
  drawn = [];
  await using world = await startWorld(options);
  await play(world);
}

const shared = { successor: 'luca@contoso.com', endState: 'shared', devices: 'leave', cancelMeetings: 'true' };
const confirmAll = async (world: World, stage: number) => {
  const ofStage = (card: unknown) =>
    buttonsOf(card)
      .filter(({ verb, data }) => verb === 'confirm' && (data as { stage: number }).stage === stage)
      .sort((a, b) => stepsOf(b.data).length - stepsOf(a.data).length);
  const message = await world.teams.waitFor(people.approver, ({ card }) => ofStage(card).length > 0, 10_000);
  const [action] = ofStage(message.card);
  if (action !== undefined) await press(world, people.approver, { message, action });
};
const stepsOf = (data: unknown) => (data as { steps: string[] }).steps;

await rehearse(async (world) => {
  const caseId = await asked(world);
  keep('planReview', '', '"canSubmit":true');
  await submitAs(world, caseId, { ...shared, ticket: 'INC-20417' });
  await button(world, people.approver, { verb: 'approve', caseId });
  await sleep(500);
  keep('planReview', 'approve', '"canReject":true');
  keep('planReview', 'asked', '"canWithdraw":true', 'Asked: ');
  await pressed(world, people.approver, { verb: 'approve', caseId });
  await button(world, people.approver, { verb: 'confirm', caseId });
  keep('stage', '', 'Confirm these');
  world.tenant.setFaults({ staleMs: 4000 });
  await confirmAll(world, 0);
  await sleep(1500);
  keep('progress', 'running', '"mark":"◑"');
  world.tenant.clearFaults();
  for (const stage of [1, 2, 3]) await confirmAll(world, stage);
  await caseIs(world, caseId, 'finished');
  await sleep(1500);
  keep('caseReport', '', 'is offboarded');
  keep('progress', '', 'is offboarded');
  await world.ask(people.helpdesk, 'status OFF-1');
  keep('progress', 'journal', '"journal":true');
});

await rehearse(async (world) => {
  const caseId = await submitted(world, { inputs: { ...shared, successor: '', endState: 'delete', devices: 'wipe' } });
  keep('planReview', 'deletion', '"canReject":true');
  await pressed(world, people.approver, { verb: 'approve', caseId });
  const wipe = { verb: 'confirm', caseId, step: 'retire-or-wipe-devices' };
  await press(world, people.approver, await button(world, people.approver, wipe), {
    reason: 'The laptop goes to the next person.',
  });
  await stepIs(world, caseId, 'retire-or-wipe-devices', 'awaiting-second-approver');
  await sleep(1500);
  keep('stage', 'second', '"canConfirmSecond":true');
});

await rehearse(async (world) => {
  const caseId = await submitted(world, { inputs: shared });
  const reject = await button(world, people.approver, { verb: 'reject', caseId });
  await press(world, people.approver, reject, { reason: 'She stays until June.' });
  await sleep(500);
  keep('planReview', 'rejected', '"canEdit":true');
});

await rehearse(async (world) => {
  const caseId = await approved(world, { inputs: shared });
  const { data } = world.tenant;
  data.roleAssignments = data.roleAssignments.filter(
    ({ roleDefinitionId }) => roleDefinitionId !== directoryRole.userAdministrator,
  );
  await confirmAll(world, 0);
  await stepIs(world, caseId, 'reset-password', 'failed');
  await sleep(1500);
  keep('stage', 'failed', '"canRetry":true');
  keep('progress', 'failed', '"mark":"✕"');
});

const plans: [string, string][] = [
  ['guest', 'gregor.weiss_fabrikam.com#EXT#@contoso.onmicrosoft.com'],
  ['many', 'mei-ling@contoso.com'],
  ['markdown', 'zoe@contoso.com'],
  ['privileged', 'marguerite@contoso.com'],
  ['urgent', 'jane@contoso.com urgent'],
];
for (const [what, sentence] of plans)
  await rehearse(async (world) => {
    await asked(world, `offboard ${sentence}`);
    keep('planReview', what, '"canSubmit":true');
    if (what !== 'many') return;
    await press(world, people.helpdesk, await button(world, people.helpdesk, { verb: 'changes' }));
    keep('changes', '', '"title":"Next"');
  });

await rehearse(async (world) => {
  const caseId = await submitted(world, {
    sentence: 'offboard dariusz@contoso.com',
    inputs: { ...shared, successor: '' },
  });
  keep('planReview', 'synced', '"canReject":true');
  await pressed(world, people.approver, { verb: 'approve', caseId });
  await button(world, people.helpdesk, { verb: 'done', caseId });
  keep('stage', 'byHand', '"canSayDone":true');
  keep('progress', 'byHand', '"state":"by hand"');
  await world.ask(people.helpdesk, 'cancel OFF-1');
  await world.card(people.helpdesk, 'was stopped').catch(() => undefined);
});

/** Names as long as Entra allows, and one that is written from right to left. */
const longNames = (data: TenantData) => {
  for (const group of data.groups) group.displayName = `${group.displayName} ${'Wide '.repeat(60)}`.slice(0, 250);
  for (const user of data.users) {
    if (user.userPrincipalName === 'mei-ling@contoso.com') user.displayName = 'ليلى بنت عبد الرحمن آل سعود';
    if (user.userPrincipalName === 'luca@contoso.com') user.displayName = 'Luca '.repeat(50).trim();
  }
};
await rehearse(
  async (world) => {
    const caseId = await submitted(world, { sentence: 'offboard mei-ling@contoso.com', inputs: shared });
    keep('planReview', 'longNames', '"canReject":true');
    await pressed(world, people.approver, { verb: 'approve', caseId });
    for (const stage of [0, 1]) await confirmAll(world, stage);
    await world.teams.waitFor(people.approver, ({ card }) => JSON.stringify(card ?? '').includes('stage 3 of 5'));
    keep('stage', 'groups', 'stage 3 of 5', 'Confirm these');
  },
  { change: longNames },
);
await rehearse(
  async (world) => {
    // Long enough for the first answer to come without it.
    world.tenant.setFaults({ kinds: ['timeoutAfter'], match: 'GET /users', hangMs: 3000, count: 1 });
    await world.ask(people.admin, 'partners');
    keep('partnerList', 'first', 'Still looking at');
    world.tenant.clearFaults();
    await world.card(people.admin, 'Trey Research', 'Next');
    await sleep(4000);
    await world.ask(people.admin, 'partners');
    keep('partnerList', '', 'Trey Research', '"later":6');
    for (const [what, name] of [
      ['', 'Relecloud'],
      ['consultancy', 'Trey Research'],
      ['left', 'VanArsdel'],
    ] as const) {
      await world.ask(people.admin, `partners ${name}`);
      keep('partner', what, `"heading":"${name}"`);
    }
    await world.ask(people.admin, 'partners re');
    keep('partnerList', 'choice', 'Which one');
    const { app } = world.tenant.data;
    app.permissions = app.permissions.filter((name) => !/^(Policy|CrossTenant|ChannelMember)/.test(name));
    await world.restart();
    await sleep(500);
    await world.ask(people.admin, 'partners');
    await sleep(2000);
    await world.ask(people.admin, 'partners');
    keep('partnerList', 'notKnown', 'Not known');
  },
  { partners: true },
);
process.exit(0);
