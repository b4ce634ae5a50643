import { spoken } from '../cards/help.ts';
import { defineCommand } from './command.ts';
import { adminsFor } from './help.ts';

/** What is neither a wish nor a question gets an answer that shows the way to one. */
export const hello = defineCommand<'hello' | 'thanks'>({
  name: 'hello',
  does: 'Says what Signoff can do for whoever greets it.',
  words: { read: ({ text }) => (text === 'thanks' ? 'thanks' : 'hello') },

  async run(desk, who, occasion) {
    const roles = await desk.roles.of(who);
    return { card: spoken(occasion, roles, await adminsFor(desk, who, roles)), forEveryone: true };
  },
});
