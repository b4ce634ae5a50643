import { setTimeout as after } from 'node:timers/promises';
import { actionsOn, type FoundAction, pressed } from '../local/teams/cardActions.ts';
import type { SeatMessage, TapOutcome, Teams } from '../local/teams/types.ts';
import type { User } from '../local/tenant/seedSchema.ts';

/** Nothing takes so long, however much there is to do. */
const patienceMs = 900_000;

/** Somebody's chat with Signoff, followed as it changes: with a thousand cases in it, nobody reads it anew each time. */
export interface Seat {
  /** @returns the case's number */
  offboard(user: User, words?: string): Promise<number>;
  /** Resolves when the button is there. */
  sees(verb: string, caseId: number): Promise<void>;
  /** Presses the button as soon as it is there. @returns when, as performance.now() counts */
  press(verb: string, caseId: number): Promise<number>;
  /** Confirms whatever waits for it until the case is over. */
  toTheEnd(caseId: number): Promise<void>;
}

/** Something that a message shows, by words that name it: a button of a case, its report. */
interface Sign {
  name: string;
  message: SeatMessage;
  button?: FoundAction;
}

export async function openSeat(teams: Teams, person: string): Promise<Seat> {
  const seen = new Map<string, Sign>();
  const ofMessage = new Map<string, Sign[]>();
  const waiting = new Map<string, Set<() => void>>();

  function hear(message: SeatMessage): void {
    for (const one of ofMessage.get(message.id) ?? []) if (seen.get(one.name) === one) seen.delete(one.name);
    const signs = signsOf(message);
    ofMessage.set(message.id, signs);
    for (const one of signs) {
      seen.set(one.name, one);
      for (const go of waiting.get(one.name) ?? []) go();
      waiting.delete(one.name);
    }
  }
  await teams.open(person);
  await teams.follow(person, hear);

  /** The first of these that is to be seen. */
  async function first(...names: string[]): Promise<Sign> {
    const stop = new AbortController();
    const late = after(patienceMs, 'late' as const, { signal: stop.signal }).catch(() => 'late' as const);
    try {
      for (;;) {
        for (const name of names) {
          const sign = seen.get(name);
          if (sign !== undefined) return sign;
        }
        const came = new Promise<void>((go) => {
          for (const name of names) waiting.set(name, (waiting.get(name) ?? new Set()).add(go));
        });
        if ((await Promise.race([came, late])) === 'late') throw new Error(`${person} never saw ${names.join(' or ')}`);
      }
    } finally {
      stop.abort();
    }
  }

  async function tap({ name, message, button }: Sign): Promise<TapOutcome> {
    if (button === undefined) throw new Error(`${name} is no button`);
    // What is pressed is gone until the card shows it again.
    seen.delete(name);
    const outcome = await teams.tap(person, message.id, pressed(button, {}));
    if (outcome.kind === 'error' && outcome.status !== 400)
      throw new Error(`${name}: ${outcome.status} ${outcome.text}`);
    return outcome;
  }

  return {
    async offboard({ displayName, userPrincipalName }, words = '') {
      await teams.say(person, `offboard ${userPrincipalName} ${words}`);
      const { message } = await first(`looking at ${displayName}`);
      return Number(asked.exec(message.text ?? '')?.[1]);
    },
    async sees(verb, caseId) {
      await first(`${verb} ${caseId}`);
    },
    async press(verb, caseId) {
      const button = await first(`${verb} ${caseId}`);
      const at = performance.now();
      const outcome = await tap(button);
      if (outcome.kind !== 'card') throw new Error(`${button.name}: ${outcome.text}`);
      return at;
    },
    async toTheEnd(caseId) {
      for (;;) {
        const sign = await first(`report ${caseId}`, `confirm ${caseId}`);
        if (sign.button === undefined) return;
        // Refused where the card was a moment behind: it comes again with what there is to confirm.
        await tap(sign);
      }
    },
  };
}

const asked = /^OFF-(\d+): looking at what (.+) has\. /;

/** Of buttons that do the same, the one that does most at once comes last. */
function signsOf(message: SeatMessage): Sign[] {
  const { from, text, card, deleted } = message;
  if (!from.bot || deleted) return [];
  const looking = asked.exec(text ?? '');
  if (looking !== null) return [{ name: `looking at ${looking[2]}`, message }];
  if (card === undefined) return [];
  const dataOf = ({ action }: FoundAction) => (action.data ?? {}) as { case?: number; steps?: string[] };
  const buttons = [...actionsOn(card)]
    .filter((one) => one.action.isEnabled !== false && dataOf(one).case !== undefined)
    .sort((one, other) => (dataOf(one).steps?.length ?? 0) - (dataOf(other).steps?.length ?? 0))
    .map((button): Sign => ({ name: `${button.action.verb} ${dataOf(button).case}`, message, button }));
  const report = JSON.stringify(card).includes('"text":"Proof"')
    ? buttons.find(({ button }) => isOpening(button))
    : undefined;
  return report === undefined ? buttons : [...buttons, { name: report.name.replace(/^status/, 'report'), message }];
}

const isOpening = (button: FoundAction | undefined): boolean => button?.action.verb === 'status';
