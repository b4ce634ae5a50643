import { help as helpCard } from '../cards/help.ts';
import { isPersonal } from '../cases/audience.ts';
import type { CaseDesk } from '../cases/cases.ts';
import type { Role } from '../cases/roles.ts';
import { type Command, defineCommand, type Who } from './command.ts';

/** Whoever asks for it need not be told of it. @param typed every command that can be typed, in the order to be shown */
export const help = (typed: () => readonly Command[]): Command =>
  defineCommand({
    name: 'help',
    does: 'Shows what you can type.',
    words: { usage: 'help', example: 'help', read: () => null },

    async run(desk, who) {
      const held = await desk.roles.of(who);
      const theirs = typed().filter(({ roles }) => roles.some((role) => held.has(role)));
      const commands = theirs.map(({ usage, does }) => ({ usage: usage ?? '', does }));
      return { card: helpCard(held, commands, await adminsFor(desk, who, held)), forEveryone: true };
    },
  });

/** Whom somebody without a role can ask for one; nobody is named among others. */
export async function adminsFor({ roles }: CaseDesk, { origin }: Who, held: ReadonlySet<Role>): Promise<string[]> {
  if (held.size > 0 || !isPersonal(origin)) return [];
  return (await roles.holders('admin')).map(({ name }) => name);
}
