import { advanceCase } from './advanceCase.ts';
import { runStep } from './runStep.ts';
import type { Runtime } from './runtime.ts';
import { watchCases } from './watchCases.ts';

/** Takes what is due on: cases to their next stop, confirmed steps to their proof. */
export async function startEngine(runtime: Runtime): Promise<void> {
  const { dispatcher } = runtime;
  const step = (key: string) => {
    const [caseId, stepId = ''] = key.split('/');
    return runStep(runtime, Number(caseId), stepId);
  };
  dispatcher.work('lock-out', step);
  dispatcher.work('step', step);
  dispatcher.work('case', (key) => advanceCase(runtime, Number(key)));
  dispatcher.work('watch', () => watchCases(runtime));
  await dispatcher.wake('watch', 'cases');
}
