import { readFileSync } from 'node:fs';
import { Template } from 'adaptivecards-templating';
import { z } from 'zod';
import { escapeMarkdown } from './text.ts';

/** A card ready to be sent. `summary` is what a notification and a screen reader say first. */
export interface Card {
  content: Record<string, unknown>;
  summary: string;
}

export interface CardKind<In> {
  /** Stem of `cards/<name>.card.json` and its samples. */
  name: string;
  data: z.ZodType<unknown, In>;
  render(data: In, summary: string, refresh?: Refresh): Card;
}

/** Asks Teams to fetch each of these people their own view of a card that everybody sees. */
export interface Refresh {
  caseId: number;
  userIds: string[];
}

const folder = new URL('../../cards/', import.meta.url);
const templateSchema = z.record(z.string(), z.unknown());

/** Microsoft's limit is 60 people; a card must stay small enough for every client. */
const mostRefreshed = 60;
export const largestCardBytes = 25 * 1024;

export function defineCard<In>(name: string, data: z.ZodType<unknown, In>): CardKind<In> {
  const json = readFileSync(new URL(`${name}.card.json`, folder), 'utf8');
  const template = new Template(templateSchema.parse(JSON.parse(json)));
  return {
    name,
    data,
    render(input, summary, refresh) {
      const content = templateSchema.parse(template.expand({ $root: data.parse(input) }));
      const card: Record<string, unknown> = {
        ...content,
        fallbackText: escapeMarkdown(`${summary} Update Teams to see this card.`),
      };
      if (refresh !== undefined) {
        const action = { type: 'Action.Execute', verb: 'refresh', data: { case: refresh.caseId } };
        card.refresh = { action, userIds: refresh.userIds.slice(0, mostRefreshed) };
      }
      return { content: card, summary };
    },
  };
}
