import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { Template } from 'adaptivecards-templating';
import { candidatesCard } from '../bot/cards/candidates.ts';
import { largestCardBytes } from '../bot/cards/card.ts';
import { caseListCard } from '../bot/cards/caseList.ts';
import { caseReportCard } from '../bot/cards/caseReport.ts';
import { caseStatusCard } from '../bot/cards/caseStatus.ts';
import { helpCard } from '../bot/cards/help.ts';
import { planReviewCard } from '../bot/cards/planReview.ts';
import { stageCard } from '../bot/cards/stage.ts';
import { escapeMarkdown } from '../bot/cards/text.ts';
import { people, startWorld } from './support/signoff.ts';

const folder = new URL('../cards/', import.meta.url);
const kinds = [planReviewCard, stageCard, caseReportCard, candidatesCard, caseListCard, caseStatusCard, helpCard];
const files = readdirSync(folder);
const read = (file: string): unknown => JSON.parse(readFileSync(new URL(file, folder), 'utf8'));

type Node = Record<string, unknown>;

function* nodes(value: unknown): Generator<Node> {
  if (Array.isArray(value)) for (const one of value) yield* nodes(one);
  else if (value !== null && typeof value === 'object') {
    yield value as Node;
    for (const one of Object.values(value)) yield* nodes(one);
  }
}

describe('Cards', () => {
  it('have a template, a contract and a sample each, and nothing besides', () => {
    const stems = files.filter((file) => file.endsWith('.card.json')).map((file) => file.replace('.card.json', ''));
    assert.deepEqual(stems.sort(), kinds.map(({ name }) => name).sort());
    for (const stem of stems) assert.ok(files.includes(`${stem}.sample.json`), `${stem} has no sample`);
    for (const sample of files.filter((file) => file.endsWith('.sample.json')))
      assert.ok(stems.includes(sample.split('.')[0]!), sample);
  });

  for (const { name, data } of kinds) {
    const samples = files.filter((file) => file.startsWith(`${name}.`) && file.endsWith('.sample.json'));
    for (const sample of samples) {
      it(`${sample} fits the contract and leaves no \${…} behind`, () => {
        data.parse(read(sample) as never);
        const card: unknown = new Template(read(`${name}.card.json`) as object).expand({
          $root: read(sample) as object,
        });
        assert.doesNotMatch(JSON.stringify(card), /\$\{/);
        for (const { actions } of nodes(card))
          assert.ok(!Array.isArray(actions) || actions.length <= 6, 'too many buttons');
      });
    }

    it(`${name} is version 1.5, wraps every text and labels every input`, () => {
      const card = read(`${name}.card.json`) as Node;
      assert.equal(card.version, '1.5');
      for (const node of nodes(card)) {
        if (node.type === 'TextBlock' && node.text !== '${mark}') assert.equal(node.wrap, true, String(node.text));
        if (String(node.type).startsWith('Input.')) assert.ok(node.label, String(node.id));
        if (node.type === 'Action.Execute') assert.ok(node.verb && node.data, String(node.title));
        assert.ok(!(node.type === 'Action.Submit'), 'Action.Submit gets no card back');
      }
    });
  }

  it('escape what could become a link, a list, a heading, a mention or HTML', () => {
    const cases: [string, string][] = [
      ['[click](https://evil.example)', '\\[click\\]\\(https://evil.example\\)'],
      ['# Boss', '\\# Boss'],
      ['- item', '\\- item'],
      ['1. item', '\\1. item'],
      ['<at>Arno</at>', '&lt;at&gt;Arno&lt;/at&gt;'],
      ['*Zoë* _x_ ~y~ `z`', '\\*Zoë\\* \\_x\\_ \\~y\\~ \\`z\\`'],
      ['a & b', 'a &amp; b'],
      ["Sean O'Brien-Smith 🚀", "Sean O'Brien-Smith 🚀"],
      ['${person}', '${person}'],
    ];
    for (const [given, wanted] of cases) assert.equal(escapeMarkdown(given), wanted);
  });

  it('stay below 25 KB for somebody in 130 groups with the longest names that Entra allows', async () => {
    const longest = 256;
    await using world = await startWorld({
      change(data) {
        for (const group of data.groups)
          group.displayName = `${group.displayName} ${'W*'.repeat(longest)}`.slice(0, longest);
      },
    });
    await world.teams.open(people.approver);
    await world.ask(people.helpdesk, 'offboard mei-ling@contoso.com');
    const plan = await world.card(people.helpdesk, 'Ask for approval');
    await world.teams.tap(people.helpdesk, plan.id, 'Ask for approval', {
      successor: '',
      autoReply: 'x'.repeat(2000),
      endState: 'delete',
    });
    const approval = await world.card(people.approver, 'Approve');
    await world.teams.tap(people.approver, approval.id, 'Approve');
    await world.card(people.approver, 'Confirm all');
    await world.ask(people.helpdesk, 'status mei-ling@contoso.com');
    const seen = [...(await world.teams.messages(people.helpdesk)), ...(await world.teams.messages(people.approver))];
    const cards = seen.flatMap(({ card }) => card ?? []);
    assert.ok(cards.length >= 5);
    for (const card of cards) {
      const bytes = Buffer.byteLength(JSON.stringify(card));
      assert.ok(bytes <= largestCardBytes, `${bytes} bytes: ${JSON.stringify(card).slice(0, 200)}`);
    }
  });

  it('say in every message what a notification and an old client show', async () => {
    await using world = await startWorld();
    await world.ask(people.helpdesk, 'offboard jane@contoso.com');
    const plan = await world.card(people.helpdesk, 'Ask for approval');
    assert.match(plan.summary ?? '', /^OFF-1: offboard Jane Miller\./);
    assert.match(String(plan.card?.fallbackText), /^OFF-1: offboard Jane Miller\./);
  });
});
