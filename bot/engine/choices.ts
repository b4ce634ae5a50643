import { z } from 'zod';
import { Refusal } from '../errors.ts';
import type { Planned } from './planned.ts';
import type { Reading, Subject } from './subject.ts';

/** How the plan card asks. */
export type Input =
  | { kind: 'person'; value: string; name: string; placeholder: string }
  | { kind: 'text'; value: string; longest: number }
  | { kind: 'one-of'; value: string; from: { title: string; value: string }[]; demand: string }
  | { kind: 'toggle'; value: boolean; title: string };

/** What an answer is read with; `soFar` holds the choices that stand before it. */
export interface Answering<S extends Subject, O> extends Pick<Reading, 'graph' | 'untouchable' | 'subjectsUnderWay'> {
  subject: S;
  /** Who answers, and reads why something can't be taken. */
  askerId: string;
  soFar: O;
}

/** What each step would do, by its id. */
export type Plan = Readonly<Record<string, Planned | undefined>>;

/**
 * One option: everything that is to be said about it. `O` is what it must know of the other options.
 * A text that comes back from the card is whatever somebody sent: `read` looks at it, and refuses with a sentence.
 */
export interface Choice<S extends Subject = Subject, V = unknown, O = unknown> {
  label: string;
  /** The step that it is about alone: what was chosen is not spoken of where that finds nothing to do. */
  step?: string;
  /** Seldom changed: folded away on the plan card. */
  seldom?: true;
  /** Whether it makes sense for this subject; without it, for everybody. What is not offered is read as not answered. */
  offeredTo?(subject: S, plan: Plan): boolean;
  schema: z.ZodType<V>;
  /** What the plan card proposes. */
  propose(subject: S): V;
  input(value: V, options: O, subject: S): Input;
  /** @throws Refusal when it can't be taken */
  read(answer: string, answering: Answering<S, O>): V | Promise<V>;
  /** As the approver reads it; what has no title of its own is listed under "Also", and null is not spoken of. */
  says(value: V): { title?: string; value: string } | null;
}

export type Choices<S extends Subject = Subject> = Readonly<Record<string, Choice<S>>>;
export type Chosen<C> = { [K in keyof C]: C[K] extends { schema: z.ZodType<infer V> } ? V : never };
type Options = Record<string, unknown>;

export function proposedOptions(choices: Choices, subject: Subject): Options {
  return Object.fromEntries(Object.entries(choices).map(([id, choice]) => [id, choice.propose(subject)]));
}

export function parseOptions(choices: Choices, kept: unknown): Options {
  return z.object(Object.fromEntries(Object.entries(choices).map(([id, { schema }]) => [id, schema]))).parse(kept);
}

interface OneOf<S, K> {
  /** Title for the approver. */
  told: string;
  demand: string;
  /** What it means when the card sends nothing. */
  unsaid?: K;
  offeredTo?: (subject: S) => boolean;
}

/** One of several, each with what the requester and what the approver reads. */
export function oneOf<S extends Subject, K extends string>(
  label: string,
  values: Readonly<Record<K, { title: string; told: string }>>,
  proposed: K,
  { told, demand, unsaid, offeredTo }: OneOf<S, K>,
): Choice<S, K> {
  const names = Object.keys(values) as K[];
  return {
    label,
    ...(offeredTo !== undefined && { offeredTo }),
    schema: z.enum(names),
    propose: () => proposed,
    input: (value) => ({
      kind: 'one-of',
      value,
      demand,
      from: names.map((name) => ({ title: values[name].title, value: name })),
    }),
    read(answer) {
      const chosen = answer === '' ? unsaid : names.find((name) => name === answer);
      if (chosen === undefined) throw new Refusal('inputs', demand);
      return chosen;
    },
    says: (value) => ({ title: told, value: values[value].told }),
  };
}

/** Far more than any input of ours takes. */
const longestAnswer = 10_000;

/** What no card of ours sends. */
export const unreadable = (input: string): Refusal =>
  new Refusal('inputs', `“${input}” is missing or not what it should be. Fill in the card again.`);

/** @throws Refusal with the first thing to put right */
export async function readOptions(
  choices: Choices,
  answers: Readonly<Record<string, unknown>>,
  asking: Omit<Answering<Subject, unknown>, 'soFar'>,
): Promise<Options> {
  const soFar: Options = {};
  for (const [id, choice] of Object.entries(choices)) {
    const answer = answers[id] ?? '';
    if (typeof answer !== 'string' || answer.length > longestAnswer) throw unreadable(id);
    soFar[id] = choice.schema.parse(await choice.read(answer.trim(), { ...asking, soFar }));
  }
  return soFar;
}

export function inputsOf(
  choices: Choices,
  subject: Subject,
  options: Options,
  plan: Plan,
): (Input & { id: string; label: string; seldom: boolean })[] {
  const offered = Object.entries(choices).filter(([, choice]) => choice.offeredTo?.(subject, plan) ?? true);
  return offered.map(([id, choice]) => ({
    id,
    label: choice.label,
    seldom: choice.seldom === true,
    ...choice.input(options[id], options, subject),
  }));
}

/** The choices as an approver reads them. @param unneeded steps with nothing to do */
export function chosenInWords(
  choices: Choices,
  options: Options,
  unneeded: ReadonlySet<string>,
): { title: string; value: string }[] {
  const said = Object.entries(choices).flatMap(([id, choice]) =>
    choice.step !== undefined && unneeded.has(choice.step) ? [] : (choice.says(options[id]) ?? []),
  );
  const also = said.filter(({ title }) => title === undefined).map(({ value }) => value);
  return [
    ...said.flatMap(({ title, value }) => (title === undefined ? [] : [{ title, value }])),
    ...(also.length === 0 ? [] : [{ title: 'Also', value: also.join(', ') }]),
  ];
}
