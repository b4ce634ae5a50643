import assert from 'node:assert/strict';
import { everyStep, personSteps } from './support/everyStep.ts';
import { givenPartnerSteps } from './support/givenPartnerSteps.ts';
import { givenSteps } from './support/givenSteps.ts';
import { promisesOf } from './support/promisesOf.ts';

describe('the steps of a playbook', () => {
  it('are there once each', () => {
    const ids = everyStep.map(({ id }) => id);
    assert.deepEqual(ids, [...new Set(ids)]);
  });

  it('are all in the table of what they are tried on, and nothing else is', () => {
    const given = [...Object.keys(givenSteps), ...Object.keys(givenPartnerSteps)];
    assert.deepEqual(given.toSorted(), everyStep.map(({ id }) => id).toSorted());
  });
});

for (const step of personSteps) promisesOf(step);
