import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { drawer } from '../../bot/cards/card.ts';
import { type Drawing, openDrawing } from '../../infra/local/drawing.ts';
import { chromiumMissing } from '../../infra/local/teams/chromium.ts';

const read = (file: string) =>
  JSON.parse(readFileSync(new URL(`../../cards/${file}`, import.meta.url), 'utf8')) as Record<string, unknown>;

/** Teams' width of a chat. */
const chat = 560;
const oneScreen = 700;
const withWarnings = 1000;

const heights: [string, number][] = [
  ['planReview', withWarnings],
  ['planReview.approve', oneScreen],
  ['planReview.asked', oneScreen],
  ['planReview.deletion', withWarnings],
  ['planReview.synced', withWarnings],
  ['planReview.privileged', withWarnings],
  ['planReview.many', withWarnings],
  ['planReview.longNames', withWarnings],
  ['planReview.guest', withWarnings],
  ['stage', oneScreen],
  ['stage.groups', oneScreen],
  ['stage.second', withWarnings],
  ['progress', oneScreen],
  ['progress.running', oneScreen],
  ['progress.byHand', oneScreen],
  ['caseReport', oneScreen],
];

describe('One screen', function () {
  this.timeout(120_000);
  let drawing: Drawing;
  before(async function () {
    const missing = chromiumMissing();
    if (missing) {
      console.error(`\n  !! How high the cards are was NOT tested. ${missing}\n`);
      this.skip();
    }
    drawing = await openDrawing();
  });
  after(() => drawing?.[Symbol.asyncDispose]());

  for (const [sample, most] of heights) {
    it(`is enough for ${sample}: ${most} px at the width of a chat`, async () => {
      const card = drawer(read(`${sample.split('.')[0]}.card.json`))(read(`${sample}.sample.json`));
      const { height } = await drawing.draw(card, 'light', chat);
      assert.ok(height > 100 && height <= most, `${height} px`);
    });
  }

  it('is enough for the usual plan, where nothing warns', async () => {
    const data = { ...read('planReview.sample.json'), warnings: [] };
    const { height } = await drawing.draw(drawer(read('planReview.card.json'))(data), 'light', chat);
    assert.ok(height <= oneScreen, `${height} px`);
  });
});
