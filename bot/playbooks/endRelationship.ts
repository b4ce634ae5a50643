import type { Customer } from '../customers/kind.ts';
import { customer } from '../customers/kind.ts';
import type { Playbook } from '../engine/playbook.ts';
import { endRelationships } from '../steps/endRelationships.ts';

/** For a service provider, in its own tenant. */
export const endRelationship: Playbook<Customer, unknown> = {
  id: 'end-relationship',
  prefix: 'END',
  title: 'End the relationship with a customer',
  words: {
    verb: 'end the relationship with',
    title: (name) => `End the relationship with ${name}`,
    done: (name) => `The relationship with ${name} is ended`,
    stopped: (name) => `Ending the relationship with ${name} was stopped`,
  },
  subject: customer,
  choices: {},
  receivers: () => [],
  handsOver: [],
  shutsOut: [],
  stages: [{ title: 'End', steps: [{ step: endRelationships }] }],
};
