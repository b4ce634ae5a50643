import { personSteps } from './support/everyStep.ts';
import { promisesAgain } from './support/promisesAgain.ts';

for (const step of personSteps) promisesAgain(step);
