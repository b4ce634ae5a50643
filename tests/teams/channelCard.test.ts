import assert from 'node:assert/strict';
import { largestStepsBytes } from '../../bot/cards/card.ts';
import { inChannel } from '../../bot/teams/channelCard.ts';

/** Teams takes a message of 80 KB for certain, in UTF-16; what goes around the card is part of it. */
const mostCharacters = 39_000;

const everybody = Array.from({ length: 80 }, (_none, n) => ({
  id: `33333333-3333-4333-8333-${String(n).padStart(12, '0')}`,
  name: `Person ${n} ${'of the helpdesk '.repeat(10)}`,
}));
const members = everybody.map(({ id }, n) => ({
  id,
  teamsId: `29:1${'a'.repeat(60)}${n}`,
  address: `${n}@contoso.com`,
}));
const drawn = (characters: number) => {
  const frame = { body: [{ type: 'TextBlock', text: '' }] };
  const text = 'x'.repeat(characters - JSON.stringify(frame).length);
  const card = { content: { body: [{ type: 'TextBlock', text }] }, summary: 'OFF-1: the plan.' };
  const { content } = inChannel(card, { caseId: 1, names: everybody, members });
  const { msteams, refresh } = content as { msteams: { entities: unknown[] }; refresh?: { userIds: string[] } };
  return {
    size: JSON.stringify(content).length,
    mentioned: msteams.entities.length,
    refreshed: refresh?.userIds.length,
  };
};

describe('a card in the approvals channel', () => {
  it('calls twenty and shows sixty their view by itself', () => {
    const { mentioned, refreshed } = drawn(5000);
    assert.deepEqual([mentioned, refreshed], [20, 60]);
  });

  it('stays within what Teams takes, however many are called', () => {
    const { size, mentioned } = drawn(largestStepsBytes);
    assert.ok(size <= mostCharacters, `${size} characters`);
    assert.ok(mentioned >= 5, `${mentioned} are called`);
  });

  it('cuts a long name between two letters, and no emoji in half', () => {
    for (const [letter, kept] of [
      ['👩', 58],
      ['e\u0301', 58],
      ['x', 59],
    ] as const) {
      const name = `${'x'.repeat(58)}${letter}${'x'.repeat(10)}`;
      const card = { content: { body: [] }, summary: '' };
      const { content } = inChannel(card, { caseId: 1, names: [{ id: 'somebody', name }], members: [] });
      assert.match(JSON.stringify(content), new RegExp(`Waits for x{${kept}}…"`), letter);
    }
  });
});
