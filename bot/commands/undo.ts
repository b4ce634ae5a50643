import { Refusal } from '../errors.ts';
import { defineCommand } from './command.ts';

/** Known, so that nobody has to guess what there is in its place. */
export const undo = defineCommand<null>({
  name: 'undo',
  does: 'Says how to take something back.',
  words: { read: () => null },

  async run() {
    throw new Refusal(
      'not-yet',
      'Signoff can’t undo by itself yet, so nothing was changed. Type “status” and the case, like “status OFF-42”: it shows what was done, to be put back by hand. To stop a case that is open, type “cancel OFF-42”.',
    );
  },
});
