import assert from 'node:assert/strict';
import { createLog } from '../../bot/log.ts';
import { eventually } from '../support/clock.ts';
import { approved, entries, pressed, stepIs } from '../support/journey.ts';
import { people } from '../support/signoff.ts';
import { startSimpleWorld } from '../support/simpleJane.ts';

interface Line {
  msg: string;
  graph?: string;
  exchange?: string;
  caseId?: number;
  stepId?: string;
  n?: number;
  hash?: string;
}

describe('the log', () => {
  it('says of each call which case and step it is for, and of each case where its journal ends', async () => {
    const lines: Line[] = [];
    const log = createLog('info', { write: (line) => void lines.push(JSON.parse(line)) });
    await using world = await startSimpleWorld({ parts: () => ({ log }) });
    const caseId = await approved(world);
    await pressed(world, people.approver, { verb: 'confirm', caseId, step: 'block-sign-in' });
    await stepIs(world, caseId, 'block-sign-in', 'proved');

    const change = lines.filter(({ graph }) => graph === 'PATCH /users/{id}');
    assert.deepEqual(
      change.map((one) => [one.caseId, one.stepId]),
      [[caseId, 'block-sign-in']],
    );
    const looks = lines.filter(({ stepId, graph, exchange }) => stepId !== undefined && (graph ?? exchange));
    const looked = new Set(looks.map(({ stepId }) => stepId));
    // What several ask for is asked once, for the first of them.
    for (const step of ['block-sign-in', 'cancel-meetings', 'remove-app-access']) assert.ok(looked.has(step), step);
    assert.ok(looks.some(({ exchange, stepId }) => exchange === 'Get-Mailbox' && stepId === 'remove-forwarding'));
    const ofNothing = lines.filter((one) => one.graph?.includes('transitiveMemberOf') && one.caseId === undefined);
    assert.ok(ofNothing.length <= 1, 'only before there is a case');

    const newest = (await entries(world, caseId)).at(-1);
    const head = await eventually('the end of the journal is in the log', async () =>
      lines.findLast(({ msg, n }) => msg === 'journal' && n === newest?.n),
    );
    assert.deepEqual([head.caseId, head.hash], [caseId, newest?.hash]);
    const numbers = lines.flatMap(({ msg, n }) => (msg === 'journal' && n !== undefined ? [n] : []));
    assert.deepEqual(
      numbers,
      numbers.toSorted((a, b) => a - b),
      'in the order in which they were written',
    );
  });
});
