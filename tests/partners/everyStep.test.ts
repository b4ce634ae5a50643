import { partnerSteps } from '../support/everyStep.ts';
import { promisesOf } from '../support/promisesOf.ts';

for (const step of partnerSteps) promisesOf(step);
