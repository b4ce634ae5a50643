import { advanceCase } from './advanceCase.ts';
import { runStep } from './runStep.ts';
import type { Runtime } from './runtime.ts';

/** Takes what is due on: cases to their next stop, confirmed steps to their proof. */
export function startEngine(runtime: Runtime): void {
  runtime.dispatcher.work('case', (key) => advanceCase(runtime, Number(key)));
  runtime.dispatcher.work('step', (key) => {
    const [caseId, stepId = ''] = key.split('/');
    return runStep(runtime, Number(caseId), stepId);
  });
}
