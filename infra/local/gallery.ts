/**
 * Draws every card with every sample, as Teams would in light, dark and narrow: `gallery.ts [cards folder] [output folder]`.
 * It ends with 1 when a card could not be expanded or leaves a `${…}` behind, after it has drawn the others.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, relative, resolve } from 'node:path';
import { Template } from 'adaptivecards-templating';
import { chromium, type Page } from 'playwright-core';
import { serveAsset } from './teams/assets.ts';
import { chromiumArguments, chromiumMissing, chromiumPath } from './teams/chromium.ts';
import type { Theme } from './teams/hostConfig.ts';

type Json = Record<string, unknown>;

interface Drawing {
  /** `stem` or `stem.variant`. */
  name: string;
  card: Json;
  complaint: string | undefined;
}

const looks: { name: string; theme: Theme; width: number }[] = [
  { name: 'light', theme: 'light', width: 560 },
  { name: 'dark', theme: 'dark', width: 560 },
  { name: 'narrow', theme: 'light', width: 360 },
];
const FULL_WIDTH = 900;

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
for (const { name, complaint } of drawings) if (complaint) console.error(`${name}: ${complaint}`);
const pictures = drawings.length * looks.length;
console.log(`${pictures} pictures of ${drawings.length} cards are in ${relative(process.cwd(), output) || output}.`);
if (drawings.some((each) => each.complaint)) process.exitCode = 1;

function drawingsOf(stem: string): Drawing[] {
  const template: Json = read(`${stem}.card.json`);
  const samples = readdirSync(cardsFolder)
    .filter((file) => file.startsWith(`${stem}.`) && file.endsWith('.sample.json'))
    .sort();
  if (samples.length === 0) return [{ ...expand(stem, template, {}), complaint: 'It has no sample.' }];
  return samples.map((sample) => expand(sample.slice(0, -'.sample.json'.length), template, read(sample)));
}

function expand(name: string, template: Json, data: Json): Drawing {
  try {
    const card = new Template(template).expand({ $root: data }) as Json;
    const left = /\$\{[^}]*\}/.exec(JSON.stringify(card))?.[0];
    return { name, card, complaint: left && `${left} was not filled in.` };
  } catch (cause) {
    const card = {
      type: 'AdaptiveCard',
      version: '1.5',
      body: [{ type: 'TextBlock', text: String(cause), wrap: true }],
    };
    return { name, card, complaint: String(cause) };
  }
}

function read(file: string): Json {
  return JSON.parse(readFileSync(join(cardsFolder, file), 'utf8')) as Json;
}

async function photograph(wanted: Drawing[]): Promise<void> {
  const server = createServer((request, response) => {
    serveAsset(new URL(request.url ?? '/', 'http://local').pathname, response).catch(() =>
      response.writeHead(404).end(),
    );
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const browser = await chromium.launch({ executablePath: chromiumPath, args: chromiumArguments });
  try {
    const context = await browser.newContext({ viewport: { width: 1000, height: 800 }, deviceScaleFactor: 2 });
    const page = await context.newPage();
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/page/gallery.html`);
    await page.waitForFunction(() => 'draw' in globalThis);
    for (const drawing of wanted) for (const look of looks) await one(page, drawing, look);
  } finally {
    await browser.close();
    server.closeAllConnections();
    server.close();
  }
}

async function one(page: Page, { name, card }: Drawing, look: (typeof looks)[number]): Promise<void> {
  const full = String((card.msteams as Json | undefined)?.width ?? '').toLowerCase() === 'full';
  const width = full && look.name !== 'narrow' ? FULL_WIDTH : look.width;
  await page.evaluate(
    ([drawn, theme, wide]) => {
      (globalThis as unknown as { draw: (card: unknown, theme: unknown, width: unknown) => void }).draw(
        drawn,
        theme,
        wide,
      );
    },
    [card, look.theme, width] as const,
  );
  await page.locator('#card').screenshot({ path: join(output, `${name}.${look.name}.png`), animations: 'disabled' });
}

function indexOf(drawn: Drawing[]): string {
  const rows = drawn.map(({ name, complaint }) => {
    const pictures = looks.map(
      (look) => `<img src="${name}.${look.name}.png" alt="${name}, ${look.name}" loading="lazy" class="${look.name}">`,
    );
    const warning = complaint ? `<p class="complaint">${escapeHtml(complaint)}</p>` : '';
    return `<section id="${name}"><h2><a href="#${name}">${name}</a></h2>${warning}<div>${pictures.join('')}</div></section>`;
  });
  return `<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Signoff's cards</title>
<style>
body{margin:0 auto;max-width:1640px;padding:24px;font:14px/20px 'Segoe UI',Selawik,sans-serif;background:#ebebeb;color:#242424}
h1{font-size:24px}h2{font-size:16px}a{color:inherit;text-decoration:none}.complaint{color:#b10e1c}
section div{display:flex;flex-wrap:wrap;align-items:flex-start;gap:16px}img{width:560px;max-width:100%;border-radius:8px}
img.narrow{width:360px}
</style>
<h1>Signoff's cards</h1>
${rows.join('\n')}
</html>
`;
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
