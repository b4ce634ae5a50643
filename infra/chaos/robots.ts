import { createHash } from 'node:crypto';
import { wentThrough } from '../local/teams/answers.ts';
import { actionsOn, type FoundAction, pressed } from '../local/teams/cardActions.ts';
import type { ActionExecute, Card, SeatMessage, TapOutcome, Teams } from '../local/teams/server.ts';
import type { TenantData, User } from '../local/tenant/seedSchema.ts';
import { handsOf, partnerHands } from './hands.ts';
import type { Random } from './random.ts';
import { approvers, helpdesk, type Wish } from './wishes.ts';

/** What somebody was told that they had done. */
export interface Accepted {
  person: string;
  verb: string;
  caseId: number;
  steps: readonly string[];
}

export interface Candidate {
  person: string;
  message: SeatMessage;
  found: FoundAction;
}

export const seats = [...helpdesk, ...approvers];
const notNow = 'Something went wrong. Please try again.';
/** What is worth another try: nobody was reached, or Microsoft 365 was not. */
const passing = (text: string): boolean => text === notNow || /Try again|\(Reference |reference [0-9a-f]{8}/.test(text);

const isDone = (outcome: TapOutcome): boolean =>
  outcome.kind === 'card' || (outcome.kind === 'message' && wentThrough(outcome.text));

/** How often each button is pressed while everything goes wrong, in proportion. */
const appetite: Record<string, number> = {
  submit: 6,
  approve: 8,
  confirm: 8,
  done: 5,
  retry: 5,
  skip: 0.4,
  cancel: 0.1,
  reject: 0.15,
  update: 0.5,
  withdraw: 0.2,
  remind: 0.5,
};
const mostTries = 4;
const rememberedOld = 60;

const dataOf = (action: object) =>
  ('data' in action ? action.data : {}) as { case?: number; stage?: number; steps?: string[]; version?: number };

/** People who ask, approve, confirm, do by hand and try again: whatever their cards offer. */
export class Robots {
  readonly accepted: Accepted[] = [];
  taps = 0;
  readonly #teams: Teams;
  readonly #data: TenantData;
  readonly #random: Random;
  readonly #wishes: Wish[];
  readonly #old: Candidate[] = [];
  /** Buttons that were answered with a no, as they stood; pressed again only while everything goes wrong. */
  readonly #refused = new Set<string>();
  /** A card is read again and again; an edit makes another one of it. */
  readonly #buttons = new WeakMap<Card, FoundAction[]>();
  readonly #tries = new Map<string, number>();

  constructor(teams: Teams, data: TenantData, random: Random, wishes: Wish[]) {
    this.#teams = teams;
    this.#data = data;
    this.#random = random;
    this.#wishes = wishes;
  }

  get allAsked(): boolean {
    return this.#wishes.every(({ caseId }) => caseId !== null);
  }

  /** Asks for what has not been answered yet. @returns whether there was anything to ask */
  async ask(againAfterMs: number): Promise<boolean> {
    const wish = this.#wishes.find(
      ({ caseId, askedAt }) => caseId === null && performance.now() - askedAt > againAfterMs,
    );
    if (wish === undefined) return false;
    wish.askedAt = performance.now();
    const before = new Set((await this.#teams.messages(wish.requester)).map(({ id }) => id));
    await this.#teams.say(
      wish.requester,
      wish.isPartner ? `remove partner ${wish.who}` : `offboard ${wish.who}${wish.urgent ? ' urgent' : ''}`,
    );
    const answers = (await this.#teams.messages(wish.requester)).filter(({ id, from }) => from.bot && !before.has(id));
    for (const { text, card } of answers) {
      const opened = /^(?:OFF|PRT)-(\d+): looking/.exec(text ?? '')?.[1];
      // Where there is a case already, a card tells of it.
      const known = card && this.#buttonsOn(card).find(({ action }) => action.verb === 'status');
      const caseId = opened ?? (known && dataOf(known.action).case);
      if (caseId !== undefined) wish.caseId = Number(caseId);
    }
    return true;
  }

  /** Now and then, while everything goes wrong: any button, an old one, two fingers at once. */
  async dabble(): Promise<boolean> {
    if (this.#random.chance(0.6)) return false;
    if (this.#random.chance(0.15) && this.#old.length > 0) {
      await this.press(this.#random.oneOf(this.#old));
      return true;
    }
    const all = await this.candidates();
    let left = all.reduce((sum, one) => sum + weightOf(one), 0) * this.#random();
    const chosen = all.find((one) => {
      left -= weightOf(one);
      return left <= 0;
    });
    if (chosen === undefined) return false;
    this.#old.push(chosen);
    if (this.#old.length > rememberedOld) this.#old.shift();
    await Promise.all(Array.from({ length: this.#random.chance(0.3) ? 2 : 1 }, () => this.press(chosen)));
    return true;
  }

  /** What was tried in vain while everything went wrong is tried again. */
  forget(): void {
    this.#refused.clear();
    this.#tries.clear();
  }

  /** One move towards the end of every case. @returns false when there is nothing to press */
  async finish(): Promise<boolean> {
    if (await this.ask(3000)) return true;
    const all = (await this.candidates()).filter((one) => !this.#refused.has(keyOf(one)));
    const useful = all.filter((one) => ['submit', 'approve', 'confirm'].includes(verbOf(one)));
    const again = all.filter((one) => ['done', 'retry'].includes(verbOf(one)) && this.#triesOf(one) < mostTries);
    const skips = all.filter((one) => verbOf(one) === 'skip' && this.#gaveUpOn(one));
    const [next] = [...useful, ...again, ...skips];
    if (next === undefined) return false;
    const outcome = await this.press(next);
    this.#count(next);
    if (outcome.kind !== 'card' && !isDone(outcome) && !(passing(outcome.text) && this.#triesOf(next) < mostTries))
      this.#refused.add(keyOf(next));
    return true;
  }

  /** Every button of Signoff's before anybody's eyes. */
  async candidates(): Promise<Candidate[]> {
    const all: Candidate[] = [];
    for (const person of seats) {
      for (const message of await this.#teams.messages(person)) {
        if (!message.from.bot || message.card === undefined) continue;
        for (const found of this.#buttonsOn(message.card)) all.push({ person, message, found });
      }
    }
    return all;
  }

  #buttonsOn(card: Card): FoundAction[] {
    const known = this.#buttons.get(card);
    if (known !== undefined) return known;
    const found = [...actionsOn(card)].filter(
      ({ action }) => action.type === 'Action.Execute' && action.isEnabled !== false,
    );
    this.#buttons.set(card, found);
    return found;
  }

  async press({ person, message, found }: Candidate): Promise<TapOutcome> {
    const action = pressed(found, this.#answers(found));
    const { case: caseId = 0, steps = [] } = dataOf(action);
    if (action.verb === 'done') this.#doByHand(caseId, steps);
    this.taps++;
    const outcome = await this.#teams.tap(person, message.id, action);
    if (isDone(outcome) && action.verb !== undefined) this.accepted.push({ person, verb: action.verb, caseId, steps });
    return outcome;
  }

  #answers({ action, inputs }: FoundAction): Record<string, string> {
    if (action.associatedInputs === 'none') return {};
    const { case: caseId } = dataOf(action);
    const wish = this.#wishes.find((one) => one.caseId === caseId);
    return Object.fromEntries(
      inputs.flatMap(({ id, type }): [string, string][] => {
        const name = String(id);
        const wanted = wish?.inputs[name];
        if (wanted !== undefined) return [[name, wanted]];
        const writes = type === 'Input.Text' && /^(reason|note|why)/.test(name);
        return writes ? [[name, 'Left the company, done by a robot.']] : [];
      }),
    );
  }

  #doByHand(caseId: number, steps: readonly string[]): void {
    const person = this.#subjectOf(caseId);
    const hands = handsOf('arno@contoso.com', () => new Date());
    if (person !== undefined) for (const step of steps) hands[step]?.(this.#data, person);
    for (const step of steps) partnerHands[step]?.(this.#data, new Date());
  }

  #subjectOf(caseId: number): User | undefined {
    const who = this.#wishes.find((one) => one.caseId === caseId)?.who;
    return this.#data.users.find(({ userPrincipalName, mail }) => userPrincipalName === who || mail === who);
  }

  #triesOf = (one: Candidate): number => this.#tries.get(subjectOf(one)) ?? 0;

  #count(one: Candidate): void {
    this.#tries.set(subjectOf(one), this.#triesOf(one) + 1);
  }

  /** What has been tried again and again is left out. */
  #gaveUpOn({ found }: Candidate): boolean {
    const { case: caseId, steps } = dataOf(found.action);
    return ['done', 'retry'].some((verb) => (this.#tries.get(`${verb} ${caseId} ${steps}`) ?? 0) >= mostTries);
  }
}

const verbOf = ({ found }: Candidate): string => (found.action as ActionExecute).verb ?? '';
const weightOf = (one: Candidate): number => appetite[verbOf(one)] ?? 0;
const subjectOf = (one: Candidate): string => {
  const { case: caseId, steps } = dataOf(one.found.action);
  return `${verbOf(one)} ${caseId} ${steps}`;
};
const keyOf = ({ person, message, found }: Candidate): string =>
  createHash('sha256')
    .update(JSON.stringify([person, message.id, found.action, message.card]))
    .digest('base64');
