import type { Message } from './conversations.ts';
import type { Card, Person, Place, SeatMessage } from './types.ts';

/** The cards of a message as this person sees them: the first may be their own. */
export function cardsOf(message: Message, person: Person): Card[] {
  if (message.deleted) return [];
  const own = message.overlays.get(person.id)?.card;
  return own ? [own, ...message.cards.slice(1)] : message.cards;
}

/** @param names what this person may be mentioned by */
export function viewOf(
  message: Message,
  person: Person,
  place: Place,
  author: SeatMessage['from'],
  names: readonly string[],
): SeatMessage {
  const overlay = message.overlays.get(person.id);
  const cards = cardsOf(message, person);
  const { deleted } = message;
  return {
    id: message.id,
    version: message.version + (overlay?.version ?? 0),
    conversation: place,
    conversationId: message.conversationId,
    threadId: message.threadId,
    from: author,
    text: deleted ? undefined : message.text,
    textFormat: message.textFormat,
    links: deleted ? [] : message.links,
    card: cards[0],
    cards,
    files: deleted ? [] : message.files,
    fileOffer: deleted ? undefined : message.fileOffer,
    suggestions: deleted ? [] : message.suggestions,
    summary: message.summary,
    fallback: cards[0]?.fallbackText as string | undefined,
    notice: deleted ? undefined : overlay?.notice,
    pending: overlay?.pending,
    sentAt: new Date(message.sentAt).toISOString(),
    edited: message.edited,
    deleted,
    rings: author.bot && (place === 'personal' || message.mentioned.some((name) => names.includes(name))),
    undelivered: message.undelivered,
  };
}
