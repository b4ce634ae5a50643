import { type ActionExecute, type Card, type Json, TeamsError } from './types.ts';

export interface FoundAction {
  action: Json;
  /** The inputs of the card that holds the action and of the cards around it. */
  inputs: Json[];
}

/** Finds a button as a person would: by the words on it, or by its verb. */
export function findAction(card: Card, wanted: string): FoundAction {
  const found = [...actionsOn(card)];
  const pressable = found.filter(({ action }) => action.type !== 'Action.ShowCard');
  const match =
    pressable.find(({ action }) => action.title === wanted) ??
    pressable.find(({ action }) => action.verb === wanted || action.id === wanted);
  if (!match) {
    const titles = pressable.map(({ action }) => String(action.title ?? action.verb)).join(', ');
    throw new TeamsError(404, 'NoSuchButton', `The card has no button "${wanted}". It has: ${titles || 'none'}.`);
  }
  if (match.action.isEnabled === false) {
    throw new TeamsError(409, 'ButtonDisabled', `The button "${wanted}" is switched off.`);
  }
  return match;
}

/** Merges inputs into the action's data the way Microsoft's renderer does: unset ones are left out. */
export function pressed(found: FoundAction, given: Record<string, string>): ActionExecute {
  const { action } = found;
  const inputs = action.associatedInputs === 'none' ? [] : found.inputs;
  const values: Record<string, string> = {};
  for (const input of inputs) {
    const id = String(input.id ?? '');
    const value = given[id] ?? presetOf(input);
    if (!isFilled(input, value)) {
      throw new TeamsError(400, 'InputRequired', String(input.errorMessage ?? `"${id}" must be filled in.`));
    }
    if (id && value !== '') values[id] = value;
  }
  const unknown = Object.keys(given).find((id) => !inputs.some((input) => input.id === id));
  if (unknown) throw new TeamsError(400, 'NoSuchInput', `The card has no input "${unknown}" for this button.`);
  const data = { ...(action.data as Json | undefined), ...values };
  return executable({ ...action, data });
}

/** Only these fields of an action travel to the bot. */
export function executable(action: Json): ActionExecute {
  const { type, id, verb, title, data } = action as ActionExecute;
  return {
    type,
    ...(id === undefined ? {} : { id }),
    ...(verb === undefined ? {} : { verb }),
    ...(title === undefined ? {} : { title }),
    data: data ?? {},
  };
}

function presetOf(input: Json): string {
  const value = input.value;
  if (input.type === 'Input.Toggle') return String(value ?? input.valueOff ?? 'false');
  return value === undefined || value === null ? '' : String(value);
}

function isFilled(input: Json, value: string): boolean {
  if (input.isRequired !== true) return true;
  return input.type === 'Input.Toggle' ? value === String(input.valueOn ?? 'true') : value !== '';
}

/** Every button of a card, with the inputs that travel with it. */
export function* actionsOn(card: Card, outer: Json[] = []): Generator<FoundAction> {
  const inputs = [...outer, ...inputsIn(card.body)];
  for (const action of actionsIn([card.body, card.actions, card.selectAction])) {
    yield { action, inputs };
    if (action.type === 'Action.ShowCard') yield* actionsOn((action.card ?? {}) as Json, inputs);
  }
}

function* actionsIn(node: unknown): Generator<Json> {
  if (Array.isArray(node)) {
    for (const each of node) yield* actionsIn(each);
  } else if (isObject(node)) {
    if (String(node.type ?? '').startsWith('Action.')) yield node;
    else for (const each of Object.values(node)) yield* actionsIn(each);
  }
}

function inputsIn(node: unknown): Json[] {
  if (Array.isArray(node)) return node.flatMap(inputsIn);
  if (!isObject(node)) return [];
  const type = String(node.type ?? '');
  if (type.startsWith('Input.')) return [node];
  return type.startsWith('Action.') ? [] : Object.values(node).flatMap(inputsIn);
}

function isObject(node: unknown): node is Json {
  return typeof node === 'object' && node !== null;
}
