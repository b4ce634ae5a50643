import { placedSteps } from '../../bot/engine/playbook.ts';
import type { Step } from '../../bot/engine/step.ts';
import { endRelationship } from '../../bot/playbooks/endRelationship.ts';
import { offboardPerson } from '../../bot/playbooks/offboardPerson.ts';
import { removePartner } from '../../bot/playbooks/removePartner.ts';
import { doneByPeople } from './givenSteps.ts';

const stepsOf = (playbook: Parameters<typeof placedSteps<Step>>[0]): Step[] =>
  placedSteps(playbook).map(({ step }) => step);

/** Of a service provider’s own tenant: tried in tests/partners/endRelationship.test.ts. */
export const providerSteps: readonly Step[] = stepsOf(endRelationship);

/** Those of every other playbook. */
export const everyStep: readonly Step[] = [...stepsOf(offboardPerson), ...stepsOf(removePartner)];

const works = ({ id }: Step): boolean => !doneByPeople.has(id);
/** What an app does for a person, and for a partner: the shared contract is about these. */
export const personSteps: readonly Step[] = stepsOf(offboardPerson).filter(works);
export const partnerSteps: readonly Step[] = stepsOf(removePartner).filter(works);
