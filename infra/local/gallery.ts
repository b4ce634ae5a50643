/**
 * Draws every card with every sample as Teams would, at the width of a chat in light and dark and on a small phone, and
 * says how high each is: `gallery.ts [cards folder] [output folder]`.
 * It ends with 1 when a card could not be expanded or leaves a `${…}` behind, after it has drawn the others.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { drawer } from '../../bot/cards/card.ts';
import { openDrawing } from './drawing.ts';
import { chromiumMissing } from './teams/chromium.ts';
import type { Theme } from './teams/hostConfig.ts';

type Json = Record<string, unknown>;

interface Drawn {
  /** `stem` or `stem.variant`. */
  name: string;
  card: Json;
  complaint: string | undefined;
  /** In pixels, for each look. */
  heights: number[];
}

const looks: { name: string; theme: Theme; width: number }[] = [
  { name: 'light', theme: 'light', width: 560 },
  { name: 'dark', theme: 'dark', width: 560 },
  { name: 'narrow', theme: 'light', width: 320 },
];

const root = resolve(import.meta.dirname, '../..');
const cardsFolder = resolve(process.argv[2] ?? join(root, 'cards'));
const output = resolve(process.argv[3] ?? join(root, 'gallery'));

const missing = chromiumMissing();
if (missing) {
  console.error(missing);
  process.exit(1);
}

const drawings = readdirSync(cardsFolder)
  .filter((file) => file.endsWith('.card.json'))
  .sort()
  .flatMap((file) => drawingsOf(file.slice(0, -'.card.json'.length)));
mkdirSync(output, { recursive: true });
await photograph(drawings);
writeFileSync(join(output, 'index.html'), indexOf(drawings));
for (const { name, heights } of drawings)
  console.log(`${name}: ${looks.map((look, index) => `${look.name} ${heights[index]} px`).join(', ')}`);
for (const { name, complaint } of drawings) if (complaint) console.error(`${name}: ${complaint}`);
const pictures = drawings.length * looks.length;
console.log(`${pictures} pictures of ${drawings.length} cards are in ${relative(process.cwd(), output) || output}.`);
if (drawings.some((each) => each.complaint)) process.exitCode = 1;

function drawingsOf(stem: string): Drawn[] {
  const template: Json = read(`${stem}.card.json`);
  const samples = readdirSync(cardsFolder)
    .filter((file) => file.startsWith(`${stem}.`) && file.endsWith('.sample.json'))
    .sort();
  if (samples.length === 0) return [{ ...expand(stem, template, {}), complaint: 'It has no sample.' }];
  return samples.map((sample) => expand(sample.slice(0, -'.sample.json'.length), template, read(sample)));
}

function expand(name: string, template: Json, data: Json): Drawn {
  try {
    const card = drawer(template)(data);
    const left = /\$\{[^}]*\}/.exec(JSON.stringify(card))?.[0];
    return { name, card, complaint: left && `${left} was not filled in.`, heights: [] };
  } catch (cause) {
    const card = {
      type: 'AdaptiveCard',
      version: '1.5',
      body: [{ type: 'TextBlock', text: String(cause), wrap: true }],
    };
    return { name, card, complaint: String(cause), heights: [] };
  }
}

function read(file: string): Json {
  return JSON.parse(readFileSync(join(cardsFolder, file), 'utf8')) as Json;
}

async function photograph(wanted: Drawn[]): Promise<void> {
  await using drawing = await openDrawing();
  for (const { name, card, heights } of wanted)
    for (const look of looks) {
      const { where, height } = await drawing.draw(card, look.theme, look.width);
      heights.push(height);
      await where.screenshot({ path: join(output, `${name}.${look.name}.png`), animations: 'disabled' });
    }
}

function indexOf(drawn: Drawn[]): string {
  const rows = drawn.map(({ name, complaint, heights }) => {
    const pictures = looks.map(
      (look) => `<img src="${name}.${look.name}.png" alt="${name}, ${look.name}" loading="lazy" class="${look.name}">`,
    );
    const warning = complaint ? `<p class="complaint">${escapeHtml(complaint)}</p>` : '';
    return `<section id="${name}"><h2><a href="#${name}">${name}</a> <small>${heights[0]} px, narrow ${heights.at(-1)} px</small></h2>${warning}<div>${pictures.join('')}</div></section>`;
  });
  return `<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Signoff's cards</title>
<style>
body{margin:0 auto;max-width:1640px;padding:24px;font:14px/20px 'Segoe UI',Selawik,sans-serif;background:#ebebeb;color:#242424}
h1{font-size:24px}h2{font-size:16px}a{color:inherit;text-decoration:none}.complaint{color:#b10e1c}
section div{display:flex;flex-wrap:wrap;align-items:flex-start;gap:16px}img{width:560px;max-width:100%;border-radius:8px}
img.narrow{width:320px}
</style>
<h1>Signoff's cards</h1>
${rows.join('\n')}
</html>
`;
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
