import { distance } from 'fastest-levenshtein';
import { Refusal } from '../errors.ts';
import { approvals } from './approvals.ts';
import { approve } from './approve.ts';
import { belongs } from './belongs.ts';
import { cancel } from './cancel.ts';
import { cases } from './cases.ts';
import { changes } from './changes.ts';
import type { Command } from './command.ts';
import { confirm } from './confirm.ts';
import { done } from './done.ts';
import { edit } from './edit.ts';
import { end } from './end.ts';
import { exportCase } from './export.ts';
import { hello } from './hello.ts';
import { help } from './help.ts';
import { join } from './join.ts';
import { keep } from './keep.ts';
import { offboard } from './offboard.ts';
import { open } from './open.ts';
import { openCases } from './openCases.ts';
import { partners } from './partners.ts';
import { reject } from './reject.ts';
import { remind } from './remind.ts';
import { remove } from './remove.ts';
import { retry } from './retry.ts';
import { readSentence } from './sentence.ts';
import { skip } from './skip.ts';
import { status } from './status.ts';
import { submit } from './submit.ts';
import { undo } from './undo.ts';
import { update } from './update.ts';
import { view } from './view.ts';
import { withdraw } from './withdraw.ts';

/** Every command; help shows those that can be typed, in this order. */
export const commands: readonly Command[] = [
  offboard,
  partners,
  remove,
  end,
  keep,
  join,
  belongs,
  status,
  cases,
  retry,
  remind,
  cancel,
  undo,
  exportCase,
  approvals,
  help(() => typed),
  hello,
  open,
  view,
  changes,
  openCases,
  update,
  submit,
  withdraw,
  edit,
  approve,
  reject,
  confirm,
  skip,
  done,
];

const typed = commands.filter(({ usage }) => usage !== null);

/** Other words for what Signoff does, to be answered with its own. */
const alike: Readonly<Record<string, readonly string[]>> = {
  offboard: ['terminate', 'disable', 'deactivate', 'block', 'delete', 'leave', 'leaver', 'fire', 'offboarding'],
  partners: ['partner', 'organizations', 'vendors', 'suppliers', 'guests', 'providers', 'msp', 'csp', 'gdap'],
  cases: ['list', 'open', 'waiting', 'search', 'find'],
  status: ['show', 'where', 'report', 'journal', 'look'],
  cancel: ['stop', 'abort', 'withdraw'],
  retry: ['again', 'redo'],
  undo: ['restore', 'revert', 'reverse'],
};

const questions: readonly { asks: RegExp; command: string; words: string }[] = [
  {
    asks: /^(?:what|who|which)?(?: is| are|['’]s)? ?(?:wait(?:s|ing)? (?:for|on) me|my turn)$/i,
    command: 'cases',
    words: 'waits for me',
  },
  {
    asks: /^(?:what (?:can|do|could) (?:you|i) (?:do|say|type|ask)|who are you|what are you|commands)\b/i,
    command: 'help',
    words: '',
  },
];

const longestSentence = 2000;

/** Finds the command in a typed sentence. @throws Refusal, with the nearest command for what is none */
export function commandIn(said: string): { command: Command; words: string } {
  if (said.length > longestSentence)
    throw new Refusal('too-long', 'That is too long for a command. Type “help” to see what can be said.');
  const { words: text, greets, thanks } = readSentence(said);
  const question = questions.find(({ asks }) => asks.test(text));
  if (question !== undefined) return { command: commandOf(question.command), words: question.words };
  const [, partner] = /^(?:remove|offboard|end|delete) (?:the )?partner\b ?(.*)$/i.exec(text) ?? [];
  if (partner !== undefined) return { command: remove, words: `partner ${partner}` };
  const [first = '', ...rest] = text.split(' ');
  const name = first.toLowerCase();
  const command = typed.find((one) => one.name === name);
  if (command !== undefined) return { command, words: rest.join(' ') };
  if (text === '') return { command: hello, words: thanks && !greets ? 'thanks' : '' };
  if (/^[^\s@<>]+@[^\s@<>]+$/.test(text))
    throw new Refusal('what', `What about ${text}? To offboard them, type “offboard ${text}”.`);
  const near = nearest(name);
  if (near !== undefined) {
    const meant = rest.length > 0 ? [near.name, ...rest].join(' ') : (near.example ?? near.name);
    throw new Refusal('typo', `There is no “${first}”. Do you mean “${meant}”?`);
  }
  if (commands.some((one) => one.name === name && one.usage === null && one !== hello))
    throw new Refusal(
      'unknown',
      `To ${name} something is done by a button on the case’s card. Type “${['status', ...rest].join(' ')}” to see the case.`,
    );
  if (greets || thanks) return { command: hello, words: greets ? '' : 'thanks' };
  throw new Refusal(
    'unknown',
    `Signoff does not know “${first.slice(0, 40)}”. Type “help” to see what can be said, or something like “${offboard.example}”.`,
  );
}

/** The command that a word is close to, in its letters or in what it means. */
function nearest(word: string): Command | undefined {
  const meant = typed.find(({ name }) => alike[name]?.includes(word));
  if (meant !== undefined) return meant;
  const sorted = (text: string) => [...text].toSorted().join('');
  const [near] = typed
    .map((one) => ({ one, away: distance(one.name, word), letters: distance(sorted(one.name), sorted(word)) }))
    .sort((a, b) => a.away - b.away || a.letters - b.letters);
  return near !== undefined && near.away <= Math.min(2, word.length / 2) ? near.one : undefined;
}

/** The command behind a button. */
export function commandOf(verb: string): Command {
  const command = commands.find(({ name }) => name === verb);
  if (command === undefined)
    throw new Refusal('button', 'This button is not one that Signoff can use. Type “help” to see what can be said.');
  return command;
}
