import { undoOf } from '../engine/undo.ts';
import { removePartner } from './removePartner.ts';

export const undoPartnerRemoval = undoOf(removePartner, {
  id: 'undo-partner-removal',
  prefix: 'UNDO',
  title: 'Undo the removal of a partner',
  words: {
    verb: 'undo the removal of',
    title: (name) => `Undo for ${name}`,
    done: (name) => `Undone for ${name}`,
    stopped: (name) => `Undo for ${name} was stopped`,
  },
});
