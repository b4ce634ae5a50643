import type { Card, FileOffer, Json, SharedFile } from './types.ts';

/** What a message says, apart from who said it and when. */
export interface Content {
  text: string | undefined;
  textFormat: 'plain' | 'markdown' | 'xml';
  cards: Card[];
  files: SharedFile[];
  fileOffer: FileOffer | undefined;
  suggestions: string[];
  summary: string | undefined;
}

export function readContent(activity: Json): Content {
  const attachments = (Array.isArray(activity.attachments) ? activity.attachments : []) as Json[];
  const ofType = (type: string) => attachments.filter((attachment) => attachment.contentType === type);
  const format = activity.textFormat;
  const offer = ofType('application/vnd.microsoft.teams.card.file.consent')[0];
  const offered = (offer?.content ?? {}) as Json;
  const suggested = (activity.suggestedActions as Json | undefined)?.actions;
  return {
    text: typeof activity.text === 'string' && activity.text !== '' ? activity.text : undefined,
    textFormat: format === 'plain' || format === 'xml' ? format : 'markdown',
    cards: ofType('application/vnd.microsoft.card.adaptive').map((attachment) => attachment.content as Card),
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
  };
}
