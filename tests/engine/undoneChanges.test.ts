import assert from 'node:assert/strict';
import type { Change } from '../../bot/engine/step.ts';
import { parted } from '../../bot/engine/undo.ts';

const change = (says: string, ...touches: string[]): Change => ({ says, touches });

describe('what of a case stands still', () => {
  it('is told by what it touches, and where that was made again, by its words', () => {
    const [rule, group] = [change('Rule “A”: deleted', 'rule-1'), change('Group “B”: left', 'group-1')];
    assert.deepEqual(parted([rule, group], [change('Rule “A”: deleted', 'rule-2')]), [[group], [rule]]);
    assert.deepEqual(parted([rule, group], []), [[rule, group], []]);
  });

  it('takes one group that is back for no other one of the same name', () => {
    const [one, other] = [change('Group “Sales”: left', 'group-1'), change('Group “Sales”: left', 'group-2')];
    assert.deepEqual(parted([one, other], [change('Group “Sales”: left', 'group-2')]), [[one], [other]]);
    assert.deepEqual(parted([one, other], [one, other]), [[], [one, other]]);
  });
});
