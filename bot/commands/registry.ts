import { distance } from 'fastest-levenshtein';
import { Refusal } from '../errors.ts';
import { approve } from './approve.ts';
import { cancel } from './cancel.ts';
import { cases } from './cases.ts';
import type { Command } from './command.ts';
import { confirm } from './confirm.ts';
import { done } from './done.ts';
import { help } from './help.ts';
import { offboard } from './offboard.ts';
import { reject } from './reject.ts';
import { retry } from './retry.ts';
import { skip } from './skip.ts';
import { status } from './status.ts';
import { submit } from './submit.ts';

/** Every command; help shows those that can be typed, in this order. */
export const commands: readonly Command[] = [
  offboard,
  status,
  cases,
  retry,
  cancel,
  help(() => typed),
  submit,
  approve,
  reject,
  confirm,
  skip,
  done,
];

const typed = commands.filter(({ usage }) => usage !== null);

const longestSentence = 2000;

/** Finds the command in a typed sentence. @throws Refusal, with the nearest command for a typo */
export function commandIn(sentence: string): { command: Command; words: string } {
  const text = sentence.replace(/\s+/g, ' ').trim();
  if (text.length > longestSentence)
    throw new Refusal('too-long', 'That is too long for a command. Type “help” to see what can be said.');
  const [first = '', ...rest] = text.split(' ');
  const name = first.toLowerCase();
  const command = typed.find((one) => one.name === name);
  if (command !== undefined) return { command, words: rest.join(' ') };
  if (text === '') throw new Refusal('empty', 'What can Signoff do for you? Type “help” to see what can be said.');
  if (/^[^\s@<>]+@[^\s@<>]+$/.test(text))
    throw new Refusal('what', `What about ${text}? To offboard them, type “offboard ${text}”.`);
  const near = typed
    .map((one) => ({ name: one.name, away: distance(name, one.name) }))
    .sort((a, b) => a.away - b.away)[0];
  if (near !== undefined && near.away <= 2)
    throw new Refusal('typo', `There is no “${first}”. Do you mean “${[near.name, ...rest].join(' ')}”?`);
  throw new Refusal('unknown', `Signoff does not know “${first.slice(0, 40)}”. Type “help” to see what can be said.`);
}

/** The command behind a button. */
export function commandOf(verb: string): Command {
  const command = commands.find(({ name }) => name === verb);
  if (command === undefined)
    throw new Refusal('button', 'This button is not one that Signoff can use. Type “help” to see what can be said.');
  return command;
}
