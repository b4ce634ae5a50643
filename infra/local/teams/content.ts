import type { Card, FileOffer, Json, Link, SharedFile } from './types.ts';

/** What a message says, apart from who said it and when. */
export interface Content {
  text: string | undefined;
  textFormat: 'plain' | 'markdown' | 'xml';
  links: Link[];
  cards: Card[];
  files: SharedFile[];
  fileOffer: FileOffer | undefined;
  suggestions: string[];
  summary: string | undefined;
  /** Whom it mentions, in its text or on its cards: Teams' own ids, object ids or user principal names. */
  mentioned: string[];
}

export function readContent(activity: Json): Content {
  const attachments = (Array.isArray(activity.attachments) ? activity.attachments : []) as Json[];
  const ofType = (type: string) => attachments.filter((attachment) => attachment.contentType === type);
  const format = activity.textFormat;
  const offer = ofType('application/vnd.microsoft.teams.card.file.consent')[0];
  const offered = (offer?.content ?? {}) as Json;
  const cards = ofType('application/vnd.microsoft.card.adaptive').map((attachment) => attachment.content as Card);
  const suggested = (activity.suggestedActions as Json | undefined)?.actions;
  return {
    text: typeof activity.text === 'string' && activity.text !== '' ? activity.text : undefined,
    textFormat: format === 'plain' || format === 'xml' ? format : 'markdown',
    links: [],
    cards,
    files: ofType('application/vnd.microsoft.teams.card.file.info').map((attachment) => ({
      name: String(attachment.name ?? 'file'),
      url: String(attachment.contentUrl ?? ''),
    })),
    fileOffer: offer && {
      name: String(offer.name ?? 'file'),
      description: String(offered.description ?? ''),
      sizeInBytes: Number(offered.sizeInBytes ?? 0),
      acceptContext: offered.acceptContext,
      declineContext: offered.declineContext,
    },
    suggestions: (Array.isArray(suggested) ? suggested : []).map((action: Json) =>
      String(action.value ?? action.title),
    ),
    summary: typeof activity.summary === 'string' ? activity.summary : undefined,
    mentioned: [activity, ...cards.map((card) => (card.msteams ?? {}) as Json)].flatMap(mentionedBy),
  };
}

function mentionedBy({ entities }: Json): string[] {
  return (Array.isArray(entities) ? (entities as Json[]) : [])
    .filter(({ type }) => type === 'mention')
    .map(({ mentioned }) => String((mentioned as Json | undefined)?.id ?? ''));
}
