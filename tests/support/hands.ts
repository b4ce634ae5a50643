import assert from 'node:assert/strict';
import { cloudNames, clouds } from '../../bot/clouds.ts';
import { handIn } from '../../bot/engine/plan.ts';
import { type Hand, handSchema } from '../../bot/engine/step.ts';

const worldwide = /(^|\.)microsoft\.com$|^portal\.azure\.com$/;
const hostsOf = {
  global: worldwide,
  gcc: worldwide,
  'gcc-high': /(^|\.)(microsoft|office365)\.us$|^portal\.azure\.us$/,
  dod: /(^|\.)(microsoft\.us|apps\.mil)$|^portal\.azure\.us$/,
  china: /(^|\.)microsoftonline\.cn$|^portal\.azure\.cn$/,
} as const;

/** Says who, where and how, in words and with a link that leads somewhere. */
export function requireClear(said: Hand): void {
  const hand = handSchema.parse(handIn(clouds.global, said));
  assert.match(hand.who, /^(somebody|an administrator) \S/);
  assert.match(hand.where, /^\S.*\S$/);
  const link = new URL(hand.link);
  assert.equal(link.protocol, 'https:');
  assert.match(link.hostname, worldwide);
  // What nobody sees in a link is not there where it leads.
  assert.equal(link.href, hand.link);
  assert.match(hand.link, /^[\x21-\x7e]+$/);
  assert.ok(hand.clicks.length >= 1);
  for (const words of [hand.who, hand.where, hand.link, ...hand.clicks]) {
    assert.doesNotMatch(words, /undefined|\bnull\b|NaN|\[object/);
    assert.match(words, /^[^\n]+$/);
  }
  for (const click of hand.clicks) assert.match(click, /[.:”]$/);
}

/** Leads to where it is done in each cloud. */
export function requireEachCloud(said: Hand): void {
  for (const name of cloudNames) {
    const hand = handSchema.parse(handIn(clouds[name], said));
    const { hostname, href } = new URL(hand.link);
    assert.equal(href, hand.link);
    assert.match(hostname, hostsOf[name]);
    // Without a page of its own it is told how to go on from where the link leads.
    if (hand.link === clouds[name].centers.microsoft365)
      assert.deepEqual(
        [hand.where, hand.clicks],
        ['the Microsoft 365 admin center', [`Go on from there to ${said.where}.`, ...said.clicks]],
      );
    else assert.deepEqual([hand.where, hand.clicks], [said.where, said.clicks]);
  }
}
