import { placedSteps } from '../../bot/engine/playbook.ts';
import type { Step } from '../../bot/engine/step.ts';
import { offboardPerson } from '../../bot/playbooks/offboardPerson.ts';
import { removePartner } from '../../bot/playbooks/removePartner.ts';

const stepsOf = (playbook: Parameters<typeof placedSteps<Step>>[0]): Step[] =>
  placedSteps(playbook).map(({ step }) => step);

/** Those of every playbook. */
export const everyStep: readonly Step[] = [...stepsOf(offboardPerson), ...stepsOf(removePartner)];
