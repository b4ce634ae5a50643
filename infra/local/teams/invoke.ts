import type { BotAnswer, BotClient } from './botClient.ts';
import type { Conversation, Message, Overlay } from './conversations.ts';
import type { ActionExecute, Card, Json, Person, TapOutcome } from './types.ts';

/** Word for word what Teams says when the bot's answer is of no use. */
const SOMETHING_WENT_WRONG = 'Something went wrong. Please try again.';

export interface Invocation {
  bot: BotClient;
  person: Person;
  conversation: Conversation;
  message: Message;
  overlay: Overlay;
  action: ActionExecute;
  trigger: 'manual' | 'automatic';
  /** Grows with every invoke. */
  turn: number;
  now: () => number;
  redraw: () => void;
}

/** Sends a tap or a refresh to the bot and shows the answer to this person alone. */
export async function invoke(invocation: Invocation): Promise<TapOutcome> {
  const { bot, person, conversation, message, overlay, action, trigger, redraw } = invocation;
  const manual = trigger === 'manual';
  if (manual) {
    overlay.pending = action.title ?? action.verb ?? '';
    overlay.notice = undefined;
    redraw();
  }
  const answer = await bot.send(
    bot.activity(person, conversation, message.threadId, {
      type: 'invoke',
      name: 'adaptiveCard/action',
      replyToId: message.id,
      value: { action, trigger },
      channelData: { source: { name: 'message' }, legacy: { replyToId: message.id } },
    }),
  );
  const outcome = read(answer);
  if (manual) overlay.pending = undefined;
  show(invocation, outcome);
  if (manual || outcome.kind === 'card') redraw();
  return outcome;
}

function show({ overlay, trigger, turn, now }: Invocation, outcome: TapOutcome): void {
  if (outcome.kind === 'card') {
    if (trigger === 'automatic' && turn <= overlay.shownTurn) return;
    overlay.card = outcome.card;
    overlay.shownTurn = Math.max(turn, overlay.shownTurn);
    overlay.refreshedAt = now();
  } else if (trigger === 'manual' && outcome.text !== '') {
    overlay.notice = { kind: outcome.kind, text: outcome.text };
  }
}

function read({ status, body }: BotAnswer): TapOutcome {
  const wrong: TapOutcome = { kind: 'error', status, text: SOMETHING_WENT_WRONG };
  if (status !== 200 || typeof body !== 'object' || body === null) return wrong;
  const { type, value, statusCode } = body as Json;
  const code = typeof statusCode === 'number' ? statusCode : status;
  switch (type) {
    case 'application/vnd.microsoft.card.adaptive':
      return typeof value === 'object' && value !== null ? { kind: 'card', status: code, card: value as Card } : wrong;
    case 'application/vnd.microsoft.activity.message':
      return { kind: 'message', status: code, text: String(value ?? '') };
    case 'application/vnd.microsoft.error':
      return { kind: 'error', status: code, text: String((value as Json | undefined)?.message ?? wrong.text) };
    default:
      return wrong;
  }
}
