import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { Template } from 'adaptivecards-templating';
import { answerCard } from '../bot/cards/answer.ts';
import { cancelCaseCard } from '../bot/cards/cancelCase.ts';
import { candidatesCard } from '../bot/cards/candidates.ts';
import { drawer, largestCardBytes } from '../bot/cards/card.ts';
import { caseListCard } from '../bot/cards/caseList.ts';
import { caseReportCard } from '../bot/cards/caseReport.ts';
import { changesCard } from '../bot/cards/changes.ts';
import { earlierCard } from '../bot/cards/earlier.ts';
import { helpCard } from '../bot/cards/help.ts';
import { partnerCard } from '../bot/cards/partner.ts';
import { partnerListCard } from '../bot/cards/partnerList.ts';
import { planReviewCard } from '../bot/cards/planReview.ts';
import { progressCard } from '../bot/cards/progress.ts';
import { severalCard } from '../bot/cards/several.ts';
import { stageCard } from '../bot/cards/stage.ts';
import { couldBeMarkdown, inReadersTime } from '../bot/cards/text.ts';
import { commandOf } from '../bot/commands/registry.ts';
import { button, pressed, submitted } from './support/journey.ts';
import { people, startWorld } from './support/signoff.ts';

const folder = new URL('../cards/', import.meta.url);
const kinds = [
  planReviewCard,
  stageCard,
  caseReportCard,
  changesCard,
  candidatesCard,
  caseListCard,
  progressCard,
  helpCard,
  answerCard,
  cancelCaseCard,
  severalCard,
  earlierCard,
  partnerCard,
  partnerListCard,
];
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

/** Without those that every client writes as a date or a time: no milliseconds, and no format for the time. */
const withoutMoments = (text: string): string =>
  text.replace(
    /\{\{DATE\(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ, (SHORT|LONG|COMPACT)\)\}\}|\{\{TIME\(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ\)\}\}/g,
    '',
  );

/**
 * What Teams for iOS makes something of within one text run: emphasis, a link, a list, a date of somebody else's
 * (MarkDownBlockParser and DateTimePreparser of AdaptiveCards' shared object model, by which its renderer reads each run).
 */
const markdownOnIPhones = /\*.*\*|(?<![a-z0-9])_.*_(?![a-z0-9])|\]\(|(^|\))([-+*]|\d+\.) |\{\{(DATE|TIME)/i;

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

    for (const sample of samples) {
      it(`${sample} is what Teams for iOS and Android can parse, and shows no marks of ours`, () => {
        const card = drawer(read(`${name}.card.json`) as Node)(read(sample));
        const all = [...nodes(card)];
        const ids = all.flatMap(({ id }) => (typeof id === 'string' ? id : []));
        assert.deepEqual(ids, [...new Set(ids)], 'an id stands twice on the card');
        for (const one of all.filter(({ type }) => type === 'AdaptiveCard')) assert.equal(one.version, '1.5');
        for (const { targetElements } of all)
          for (const target of (targetElements ?? []) as string[]) assert.ok(ids.includes(target), target);
        for (const { type, text } of all) {
          if (type === 'TextBlock') assert.equal(couldBeMarkdown(withoutMoments(String(text))), false, String(text));
          if (type === 'TextRun') assert.doesNotMatch(withoutMoments(String(text)), markdownOnIPhones, String(text));
        }
        for (const input of all.filter(({ type }) => type === 'Input.Toggle')) assert.equal(input.wrap, true);
      });
    }

    it(`${name} is version 1.5, wraps every text and labels every input`, () => {
      const card = read(`${name}.card.json`) as Node;
      assert.equal(card.version, '1.5');
      for (const node of nodes(card)) {
        if (node.type === 'TextBlock' && node.text !== '${mark}') assert.equal(node.wrap, true, String(node.text));
        if (String(node.type).startsWith('Input.')) assert.ok(node.label, String(node.id));
        // One that depends on what it is about is held to it by the samples.
        if (node.type === 'Action.Execute' && !String(node.verb).startsWith('${'))
          assert.ok(commandOf(String(node.verb)) && node.data, String(node.title));
        assert.ok(!(node.type === 'Action.Submit'), 'Action.Submit gets no card back');
      }
    });
  }

  it('draw as plain text what could become a link, a list, a heading, a mention or HTML', () => {
    for (const risky of [
      '[click](https://evil.example)',
      'see https://evil.example',
      '# Boss',
      '- item',
      '1. item',
      '<at>Arno</at>',
      '*Zoë*',
      '**Zoë**',
      '+ more',
      '(a)- item',
      '(a)1. item',
      '![x](https://evil.example)',
      'Where-Object { $_.Name -and $_.Id }',
      'sales_emea_2026',
      '_x_y_',
      'ann_miller',
      '`z`',
      'a &amp; b',
      '{{DATE(2026-11-24T09:00:00Z, SHORT)}}',
    ]) {
      const drawn = answerCard.render({ heading: risky, lines: [] }, risky).content;
      const runs = [...nodes(drawn)].filter(({ type }) => type === 'TextRun').map(({ text }) => String(text));
      assert.equal(runs.join(''), risky);
      for (const run of runs) assert.doesNotMatch(run, markdownOnIPhones, risky);
    }
    // Where a name is nothing but marks, these are drawn as others that look the same.
    const marks = [...nodes(answerCard.render({ heading: '*W_](x)'.repeat(40), lines: [] }, 'x').content)];
    const drawn = marks.filter(({ type }) => type === 'TextRun').map(({ text }) => String(text));
    assert.equal(drawn.length, 1);
    assert.doesNotMatch(String(drawn[0]), /[*_]|\]\(/);
    for (const harmless of ["Sean O'Brien-Smith 🚀", 'R&D (Oslo)', 'C# team', '${person}', 'a + b'])
      assert.equal(couldBeMarkdown(harmless), false, harmless);
  });

  it('write moments as each reader’s own device does, and as no client shows raw', () => {
    assert.equal(
      inReadersTime('Next try: Nov 24, 2026, 09:05 UTC. Then Dec 1, 2026, 00:00 UTC.'),
      'Next try: {{DATE(2026-11-24T09:05:00Z, SHORT)}} {{TIME(2026-11-24T09:05:00Z)}}. Then {{DATE(2026-12-01T00:00:00Z, SHORT)}} {{TIME(2026-12-01T00:00:00Z)}}.',
    );
    assert.equal(inReadersTime('May 99, 2026, 27:00 UTC'), 'May 99, 2026, 27:00 UTC');
  });

  it('stay below 20 KB for somebody in 130 groups with the longest names that Entra allows', async () => {
    const longest = 256;
    await using world = await startWorld({
      change(data) {
        for (const group of data.groups)
          group.displayName = `${group.displayName} ${'W*'.repeat(longest)}`.slice(0, longest);
      },
    });
    await world.teams.open(people.approver);
    const inputs = { successor: '', autoReply: 'x'.repeat(2000), endState: 'delete' };
    const caseId = await submitted(world, { sentence: 'offboard mei-ling@contoso.com', inputs });
    await pressed(world, people.approver, { verb: 'approve', caseId });
    await button(world, people.approver, { verb: 'confirm', caseId, step: 'all' });
    await world.ask(people.helpdesk, 'status mei-ling@contoso.com');
    const seen = [...(await world.teams.messages(people.helpdesk)), ...(await world.teams.messages(people.approver))];
    const cards = seen.flatMap(({ card }) => card ?? []);
    assert.ok(cards.length >= 4);
    for (const card of cards) {
      const bytes = Buffer.byteLength(JSON.stringify(card));
      assert.ok(bytes <= largestCardBytes, `${bytes} bytes: ${JSON.stringify(card).slice(200, 900)}`);
    }
  });

  it('say in every message what a notification and an old client show', async () => {
    await using world = await startWorld();
    await world.ask(people.helpdesk, 'offboard jane@contoso.com');
    const plan = await world.card(people.helpdesk, 'Ask for approval');
    assert.match(plan.summary ?? '', /^OFF-1: Jane Miller leaves\./);
    assert.match(String(plan.card?.fallbackText), /^OFF-1: Jane Miller leaves\./);
  });
});
