import MarkdownIt from 'markdown-it';
import type { Link } from './api.ts';

/** Bold, italic, lists and links: the rest of Markdown does not exist on a card in Teams. */
const cardMarkdown = new MarkdownIt({ html: false, linkify: false, breaks: false }).disable([
  'heading',
  'lheading',
  'table',
  'image',
  'code',
  'fence',
  'backticks',
  'blockquote',
  'hr',
]);

/** A message may hold more than a card: code, quotes and headings too. */
const messageMarkdown = new MarkdownIt({ html: false, linkify: true, breaks: false }).disable(['image']);

for (const markdown of [cardMarkdown, messageMarkdown]) {
  markdown.renderer.rules.link_open = (tokens, index, options, _, self) => {
    tokens[index]?.attrSet('target', '_blank');
    tokens[index]?.attrSet('rel', 'noopener noreferrer');
    return self.renderToken(tokens, index, options);
  };
}

export function cardHtml(text: string, mentions: string[]): string {
  let html = cardMarkdown.render(text);
  for (const mention of mentions) html = html.replaceAll(escapeHtml(mention), mentionHtml(mention));
  return html;
}

export function messageHtml(text: string, format: 'plain' | 'markdown' | 'xml', links: Link[]): string {
  let html = format === 'plain' ? `<p>${escapeHtml(text).replaceAll('\n', '<br>')}</p>` : messageMarkdown.render(text);
  for (const { text: words, href } of links) {
    const link = `<a href="${escapeHtml(href)}" rel="noopener noreferrer">${escapeHtml(words)}</a>`;
    html = html.replace(escapeHtml(words), () => link);
  }
  return html.replace(/&lt;at&gt;(.+?)&lt;\/at&gt;/g, '<span class="mention">$1</span>');
}

export function plainText(text: string): string {
  return text.replace(/<at>(.+?)<\/at>/g, '$1').replace(/[*_`]/g, '');
}

function mentionHtml(mention: string): string {
  return `<span class="mention">${escapeHtml(mention.replace(/<\/?at>/g, ''))}</span>`;
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
