import { help as helpCard } from '../cards/help.ts';
import { type Command, defineCommand } from './command.ts';

/** @param typed every command that can be typed, itself among them, in the order to be shown */
export const help = (typed: () => readonly Command[]): Command =>
  defineCommand({
    name: 'help',
    does: 'Shows what can be typed.',
    words: { usage: 'help', read: () => null },

    async run() {
      return { card: helpCard(typed().map(({ usage, does }) => ({ usage: usage ?? '', does }))), forEveryone: true };
    },
  });
