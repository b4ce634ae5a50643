import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { chromium, type Locator } from 'playwright-core';
import { serveAsset } from './teams/assets.ts';
import { chromiumArguments, chromiumPath } from './teams/chromium.ts';
import type { Theme } from './teams/hostConfig.ts';

/** Draws cards as Teams would, with Microsoft's own renderer in a browser. */
export interface Drawing extends AsyncDisposable {
  /** @returns where it stands on the page, and how high it is in pixels */
  draw(card: unknown, theme: Theme, width: number): Promise<{ where: Locator; height: number }>;
}

export async function openDrawing(): Promise<Drawing> {
  const server = createServer((request, response) => {
    serveAsset(new URL(request.url ?? '/', 'http://local').pathname, response).catch(() =>
      response.writeHead(404).end(),
    );
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const browser = await chromium.launch({ executablePath: chromiumPath, args: chromiumArguments });
  const context = await browser.newContext({ viewport: { width: 1000, height: 800 }, deviceScaleFactor: 2 });
  const page = await context.newPage();
  await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/page/gallery.html`);
  await page.waitForFunction(() => 'draw' in globalThis);
  return {
    async draw(card, theme, width) {
      await page.evaluate(
        ([drawn, look, wide]) => {
          (globalThis as unknown as { draw: (card: unknown, theme: unknown, width: unknown) => void }).draw(
            drawn,
            look,
            wide,
          );
        },
        [card, theme, width] as const,
      );
      const where = page.locator('#card');
      return { where, height: Math.round((await where.boundingBox())?.height ?? 0) };
    },
    async [Symbol.asyncDispose]() {
      await browser.close();
      server.closeAllConnections();
      server.close();
    },
  };
}
