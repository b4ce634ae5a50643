import { z } from 'zod';
import type { Card } from '../cards/card.ts';
import type { Actor } from '../cases/actor.ts';
import type { CaseDesk } from '../cases/cases.ts';
import { unreadable } from '../engine/choices.ts';
import { Refusal } from '../errors.ts';

/** Who asks, from the signed activity alone, and the conversation key of where. */
export interface Who extends Actor {
  origin: string;
}

/** What follows a command's name, and the object ids of people that were @mentioned. */
export interface Words {
  text: string;
  mentioned: readonly string[];
}

export type Reply =
  | { text: string; forAskerAlone?: true }
  /** Goes to whoever asked alone, unless it tells nothing of any case or person. */
  | { card: Card; forEveryone?: true }
  /** The card that was tapped, as it is now; the sentence for whoever typed it. */
  | { showCase: number; text: string };

export interface Command {
  /** The word that people type, and the verb of its buttons. */
  name: string;
  does: string;
  /** How it is typed; null for what only a button does. */
  usage: string | null;
  /** @throws Refusal */
  say(desk: CaseDesk, who: Who, words: Words): Promise<Reply>;
  /** @param data a button's data and inputs: they say what is meant, never who may. @throws Refusal */
  tap(desk: CaseDesk, who: Who, data: Readonly<Record<string, unknown>>): Promise<Reply>;
}

/** One thing to be done, whether it is typed or tapped: both are read into the same input. */
interface CommandSpec<Input> {
  name: string;
  does: string;
  words?: { usage: string; read(words: Words): Input };
  data?: z.ZodType<Input>;
  run(desk: CaseDesk, who: Who, input: Input): Promise<Reply>;
}

export function defineCommand<Input>({ name, does, words, data, run }: CommandSpec<Input>): Command {
  return {
    name,
    does,
    usage: words?.usage ?? null,
    async say(desk, who, said) {
      if (words === undefined) throw new Error(`${name} is not typed`);
      return run(desk, who, words.read(said));
    },
    async tap(desk, who, tapped) {
      if (data === undefined) throw notOurs();
      return run(desk, who, readData(data, tapped));
    },
  };
}

export const notOurs = (): Refusal =>
  new Refusal('button', 'This button is not one that Signoff can use. Type “cases” to see the open cases.');

/** @throws Refusal with the first thing to put right */
function readData<Input>(data: z.ZodType<Input>, tapped: Readonly<Record<string, unknown>>): Input {
  // A sentence of the schema's own comes first; what the library would say is for nobody to read.
  const read = data.safeParse(tapped, { error: ({ path }) => unreadable(path?.join('.') ?? '').say });
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  if (issue === undefined || ['case', 'version', 'stage', 'steps'].includes(String(issue.path[0]))) throw notOurs();
  throw new Refusal('inputs', issue.message);
}

/** What a button about a case carries. */
export const caseData = z.object({ case: z.coerce.number().int().positive().max(2_147_483_647) });
export const planData = caseData.extend({ version: z.coerce.number().int().nonnegative() });
const stepName = z.string().max(60);
/** A button of a stage's card names the stage and the steps that it is about. */
export const stageData = planData.extend({
  stage: z.coerce.number().int().nonnegative(),
  steps: z.array(stepName).min(1).max(100),
});
