import { z } from 'zod';
import type { Card } from '../cards/card.ts';
import { cleanText } from '../cards/text.ts';
import type { Actor } from '../cases/actor.ts';
import type { CaseDesk } from '../cases/cases.ts';
import type { Role } from '../cases/roles.ts';
import { unreadable } from '../engine/choices.ts';
import { Refusal } from '../errors.ts';

/** Who asks, from the signed activity alone, and the conversation key of where. */
export interface Who extends Actor {
  origin: string;
  place: Place;
  /** Whether people from outside who may see no cases read along there; null where Teams does not let it be known. @throws Refusal when it does not answer in time */
  outsidersRead(): Promise<boolean | null>;
}

/** Where something is said: alone with Signoff, in a group chat, or in a channel of a kind. */
export type Place = 'personal' | 'group' | 'standard' | 'private' | 'shared';

/** What follows a command's name, and the object ids of people that were @mentioned. */
export interface Words {
  text: string;
  mentioned: readonly string[];
}

export type Reply =
  | { text: string; forAskerAlone?: true }
  /**
   * Goes to whoever asked alone, unless it tells nothing of any case or person. With buttons that change a case, it says
   * which: they work on no other message. `later` is the same card, each time that there is more on it.
   */
  | { card: Card; forEveryone?: true; buttonsOf?: number; later?: AsyncIterable<Card> }
  /** The card that was tapped, as it is now; the sentence for whoever typed it. */
  | { showCase: number; text: string }
  /** The live card of a case that waits for whoever asks, anew at the end of their chat. */
  | { openCase: number }
  /** Takes the place of the card that was tapped, before the eyes of whoever tapped it alone. */
  | { forTapper: Card }
  /** What becomes of the card that was tapped, whose buttons are used up. */
  | { instead: Card; later?: AsyncIterable<Card> }
  /** A file that whoever asked may take, in their personal chat. */
  | { file: FileOffer }
  /** A message about the case is on its way to whoever asked: another would say the same. */
  | { toldByCase: true };

export interface FileOffer {
  caseId: number;
  name: string;
  description: string;
  sizeInBytes: number;
}

export interface Command {
  /** The word that people type, and the verb of its buttons. */
  name: string;
  does: string;
  /** How it is typed; null for what only a button does, and for what help does not name. */
  usage: string | null;
  /** A whole sentence to type. */
  example: string | null;
  /** Whom help shows it to. */
  roles: readonly Role[];
  /** How many people can be mentioned with it. */
  mostPeople: number;
  /** @throws Refusal */
  say(desk: CaseDesk, who: Who, words: Words): Promise<Reply>;
  /** @param data a button's data and inputs: they say what is meant, never who may. @throws Refusal */
  tap(desk: CaseDesk, who: Who, data: Readonly<Record<string, unknown>>): Promise<Reply>;
}

/** One thing to be done, whether it is typed or tapped: both are read into the same input. */
interface CommandSpec<Input> {
  name: string;
  does: string;
  /** Without a usage, help does not name it. */
  words?: { usage?: string; example?: string; mostPeople?: number; read(words: Words): Input };
  /** Whom help shows it to: nobody, unless it is said. */
  roles?: readonly Role[];
  data?: z.ZodType<Input>;
  run(desk: CaseDesk, who: Who, input: Input): Promise<Reply>;
}

/** Everybody with a role. */
export const staff: readonly Role[] = ['helpdesk', 'approver', 'admin'];
/** Whoever may ask for a case. */
export const askers: readonly Role[] = ['helpdesk', 'admin'];

export function defineCommand<Input>({ name, does, words, roles = [], data, run }: CommandSpec<Input>): Command {
  return {
    name,
    does,
    usage: words?.usage ?? null,
    example: words?.example ?? null,
    roles,
    mostPeople: words?.mostPeople ?? 1,
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

/** Numbers of a button: Teams gives them back as they were, or as text. */
const number = z.union([z.number(), z.string().regex(/^\d+$/).transform(Number)]).pipe(z.number().int().nonnegative());
/** What a button about a case carries. */
export const caseData = z.object({ case: number.pipe(z.number().positive().max(2_147_483_647)) });
export const planData = caseData.extend({ version: number });
/** A reason of characters that nobody sees is none. */
export const visible = (text: string): string => cleanText(text).trim();

/** A plan as it was filled in: the answers are the playbook's own, and read by it. */
export const filledPlan = planData.and(z.record(z.string(), z.unknown())).transform(({ ticket, ...rest }) => ({
  ...rest,
  ticket: typeof ticket === 'string' ? visible(ticket) : ticket,
}));
const stepName = z.string().max(60);
/** Of a step that the button is about: an input's id is unique on the whole card, as Teams for iOS and Android demands. */
export function inputOf(data: Readonly<Record<string, unknown>>, name: string, longest: number): string {
  const [step] = z.array(stepName).catch([]).parse(data.steps);
  const given = data[`${name}-${step}`] ?? '';
  if (typeof given !== 'string') throw unreadable(name);
  const text = visible(given);
  if (text.length > longest)
    throw new Refusal('inputs', `The ${name === 'note' ? 'note' : 'reason'} can have ${longest} characters at most.`);
  return text;
}

/** A button of a stage's card names the stage and the steps that it is about. */
export const stageData = planData.extend({
  stage: number,
  steps: z.array(stepName).min(1).max(100),
});
