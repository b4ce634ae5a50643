import { undoOf } from '../engine/undo.ts';
import { offboardPerson } from './offboardPerson.ts';

export const undoOffboarding = undoOf(offboardPerson, {
  id: 'undo-offboarding',
  prefix: 'UNDO',
  title: 'Undo an offboarding',
  words: {
    verb: 'undo the offboarding of',
    title: (name) => `Undo for ${name}`,
    done: (name) => `Undone for ${name}`,
    stopped: (name) => `Undo for ${name} was stopped`,
  },
});
