import { partnerSteps } from '../support/everyStep.ts';
import { promisesAgain } from '../support/promisesAgain.ts';

for (const step of partnerSteps) promisesAgain(step);
