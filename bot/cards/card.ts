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
  render(data: In, summary: string): Card;
}

const folder = new URL('../../cards/', import.meta.url);
const templateSchema = z.record(z.string(), z.unknown());

/** A card must stay small enough for every client. */
export const largestCardBytes = 25 * 1024;

export function defineCard<In>(name: string, data: z.ZodType<unknown, In>): CardKind<In> {
  const json = readFileSync(new URL(`${name}.card.json`, folder), 'utf8');
  const template = new Template(templateSchema.parse(JSON.parse(json)));
  return {
    name,
    data,
    render(input, summary) {
      const content = templateSchema.parse(template.expand({ $root: data.parse(input) }));
      const card: Record<string, unknown> = {
        ...content,
        fallbackText: escapeMarkdown(`${summary} Update Teams to see this card.`),
      };
      return { content: card, summary };
    },
  };
}
