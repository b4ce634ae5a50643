import type { People } from './people.ts';
import type { Json, Link, Mention } from './types.ts';

export interface Composed {
  text: string;
  html: string;
  entities: Json[];
  mentionsBot: boolean;
}

/** Turns `@Name` into what Teams sends for a mention: `<at>Name</at>` in the text, and an entity that says who it is. */
export async function composeText(
  typed: string,
  mentions: Mention[],
  bot: { id: string; name: string },
  people: People,
  links: Link[] = [],
): Promise<Composed> {
  const accounts = [bot];
  for (const mention of mentions) {
    const person = await people.known(mention.userPrincipalName);
    accounts.push({ id: people.mri(person), name: mention.name });
  }
  // Longest first: "Jane Doe" must not be cut by a mention of "Jane".
  const longestFirst = [...accounts].sort((a, b) => b.name.length - a.name.length);
  let text = typed;
  let html = escapeHtml(typed);
  const entities: Json[] = [];
  for (const { id, name } of longestFirst) {
    const at = new RegExp(`(?<![\\w>])@${escapePattern(name)}(?![\\w.-]*@|\\w)`, 'g');
    if (!at.test(text)) continue;
    const tag = `<at>${name}</at>`;
    text = text.replace(at, () => tag);
    html = html.replaceAll(
      `@${escapeHtml(name)}`,
      `<span itemscope="" itemtype="http://schema.skype.com/Mention" itemid="${entities.length}">${escapeHtml(name)}</span>`,
    );
    entities.push({ type: 'mention', mentioned: { id, name }, text: tag });
  }
  for (const { text: words, href } of links) {
    const link = `<a href="${escapeHtml(href).replaceAll('"', '&quot;')}">${escapeHtml(words)}</a>`;
    html = html.replace(escapeHtml(words), () => link);
  }
  return { text, html, entities, mentionsBot: entities.some((each) => (each.mentioned as Json).id === bot.id) };
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function escapePattern(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
