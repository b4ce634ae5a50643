import { readFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { createRequire, stripTypeScriptTypes } from 'node:module';
import { dirname, extname, join } from 'node:path';
import { TeamsError } from './types.ts';

const require = createRequire(import.meta.url);
const here = import.meta.dirname;

/** Everything the page may load; nothing else on the disk can be reached. */
const vendor: Record<string, () => string> = {
  '/vendor/adaptivecards.js': () =>
    join(dirname(require.resolve('adaptivecards/package.json')), 'dist/adaptivecards.min.js'),
  '/vendor/adaptivecards.css': () =>
    join(dirname(require.resolve('adaptivecards/package.json')), 'dist/adaptivecards.css'),
  '/vendor/markdown-it.js': () =>
    join(dirname(require.resolve('markdown-it/package.json')), 'dist/browser/markdown-it.esm.min.mjs'),
};

const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.ts': 'text/javascript; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
};

export async function serveAsset(path: string, response: ServerResponse): Promise<void> {
  const file = path === '/' ? join(here, 'page/index.html') : locate(path);
  const type = file && types[extname(file)];
  if (!file || !type) throw new TeamsError(404, 'NotFound', 'There is nothing at this address.');
  const text = await readFile(file, 'utf8').catch(() => {
    throw new TeamsError(404, 'NotFound', 'There is nothing at this address.');
  });
  response.writeHead(200, { 'content-type': type, 'cache-control': 'no-cache', 'x-content-type-options': 'nosniff' });
  response.end(extname(file) === '.ts' ? strip(text) : text);
}

/** Node would warn whoever starts Teams that this is experimental; all of Signoff runs by it. */
function strip(text: string): string {
  const { emitWarning } = process;
  process.emitWarning = () => undefined;
  try {
    return stripTypeScriptTypes(text);
  } finally {
    process.emitWarning = emitWarning;
  }
}

function locate(path: string): string | undefined {
  const known = vendor[path]?.();
  if (known) return known;
  if (path === '/hostConfig.ts') return join(here, 'hostConfig.ts');
  return /^\/page\/\w[\w.]*$/.test(path) ? join(here, path) : undefined;
}
