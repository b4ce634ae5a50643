import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { commands } from '../bot/commands/registry.ts';
import type { Step } from '../bot/engine/step.ts';
import { everyStep, providerSteps } from './support/everyStep.ts';

const root = fileURLToPath(new URL('../', import.meta.url));

interface Source {
  /** Below the repository: `bot/engine/plan.ts`. */
  path: string;
  text: string;
  imports: string[];
}

const sources: Source[] = readdirSync(join(root, 'bot'), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => {
    const path = join('bot', name);
    const text = readFileSync(join(root, path), 'utf8');
    return { path, text, imports: importsOf(text, path) };
  });

/** What a file imports: a path below the repository, or a package. */
function importsOf(text: string, path: string): string[] {
  const found = [...text.matchAll(/(?:\bfrom|^import|\bimport\()\s*['"]([^'"]+)['"]/gm)].map(([, name = '']) => name);
  return found.map((name) => (name.startsWith('.') ? normalize(join(dirname(path), name)) : name));
}

/** Each may import what is after it (and its own folder). Those in one place stand side by side. */
const order = [
  ['index'],
  ['teams'],
  ['commands'],
  ['cards'],
  ['reminders'],
  ['cases'],
  ['playbooks'],
  ['steps'],
  ['people', 'partners', 'customers'],
  ['engine'],
  ['exchange'],
  ['graph'],
  ['store'],
];
const leaves = ['errors', 'log', 'clock', 'clouds'];
const rank = (part: string) => order.findIndex((parts) => parts.includes(part));
const partOf = (path: string) => {
  const [, part = ''] = path.split('/');
  return part.replace(/\.ts$/, '');
};
const inBot = (name: string) => name.startsWith('bot/');
const imports = sources.flatMap((source) => source.imports.map((name) => ({ from: source.path, name })));
const saying = (found: { from: string; name: string }[]) => found.map(({ from, name }) => `${from} imports ${name}`);
const within = (folder: string) => sources.filter(({ path }) => path.startsWith(`bot/${folder}/`));

describe('the architecture', () => {
  it('has a place for every part of the bot', () => {
    const parts = new Set(sources.map(({ path }) => partOf(path)));
    const known = new Set([...order.flat(), ...leaves, 'config']);
    assert.deepEqual(
      [...parts].filter((part) => !known.has(part)),
      [],
    );
    assert.ok(sources.length > 50);
    assert.ok(imports.length > 200);
  });

  it('imports in one direction: from what people see to what is kept', () => {
    const backwards = imports.filter(({ from, name }) => {
      if (!inBot(name)) return false;
      const [a, b] = [rank(partOf(from)), rank(partOf(name))];
      return a >= 0 && b >= 0 && partOf(from) !== partOf(name) && a >= b;
    });
    assert.deepEqual(saying(backwards), []);
  });

  it('has leaves that import nothing of ours', () => {
    assert.deepEqual(saying(imports.filter(({ from, name }) => leaves.includes(partOf(from)) && inBot(name))), []);
  });

  it('tells the settings to index.ts alone', () => {
    assert.deepEqual(
      saying(imports.filter(({ from, name }) => name === 'bot/config.ts' && from !== 'bot/index.ts')),
      [],
    );
    const own = imports.filter(({ from, name }) => from === 'bot/config.ts' && inBot(name));
    assert.deepEqual(
      own.filter(({ name }) => !leaves.includes(partOf(name))),
      [],
    );
  });

  it('lets nobody import index.ts', () => {
    assert.deepEqual(saying(imports.filter(({ name }) => name === 'bot/index.ts')), []);
  });

  it('reads the environment in config.ts alone', () => {
    const readers = sources.filter(({ text }) => /process\s*\.\s*env|import\.meta\.env|node:process/.test(text));
    assert.deepEqual(
      readers.map(({ path }) => path),
      ['bot/config.ts'],
    );
  });

  it('knows addresses in clouds.ts alone: all else is told which cloud it is in', () => {
    const code = (text: string) => text.replace(/\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/.*$/gm, '');
    const host = /\b(?:[\w-]+\.)+(?:com|net|us|cn|mil|azure)\b/g;
    const found = sources.flatMap(({ path, text }) =>
      [...code(text).matchAll(host)].map(([name]) => `${path}: ${name}`),
    );
    const elsewhere = found.filter((one) => !/^bot\/clouds\.ts|: contoso\.com$/.test(one));
    assert.ok(found.length > 30);
    assert.deepEqual(elsewhere, []);
  });

  it('has steps that take the time from the clock that they are given', () => {
    const watches = [...within('steps'), ...within('people')].filter(({ text }) =>
      /\bDate\.now\(|\bnew Date\(\)|\bsystemClock\b|\bperformance\./.test(text),
    );
    assert.deepEqual(
      watches.map(({ path }) => path),
      [],
    );
  });

  it('quotes for PowerShell in one place', () => {
    const quoting = [...within('steps'), ...within('people')].filter(({ text }) =>
      /'\$\{[^}]*\}'|\s-\w+ \$\{|\\u201[89B]|replaceAll\("'"/.test(text),
    );
    assert.deepEqual(
      quoting.map(({ path }) => path),
      [],
    );
  });

  it('has steps that do not know each other', () => {
    assert.deepEqual(
      saying(imports.filter(({ from, name }) => from.startsWith('bot/steps/') && name.startsWith('bot/steps/'))),
      [],
    );
  });

  it('never imports the rehearsal or the tests', () => {
    assert.deepEqual(
      saying(imports.filter(({ name }) => /^(infra|tests|cards)\b/.test(name) || name.startsWith('..'))),
      [],
    );
    const named = sources.filter(({ text }) => /infra\/|\/_local\//.test(text));
    assert.deepEqual(
      named.map(({ path }) => path),
      [],
    );
  });

  const keptIn: [RegExp, string][] = [
    [/^(botbuilder|botframework|restify)/, 'bot/teams/'],
    [/^@microsoft\/microsoft-graph-client/, 'bot/graph/'],
    [/^adaptivecards/, 'bot/cards/'],
    [/^better-sqlite3/, 'bot/store/'],
    [/^pino/, 'bot/log.ts'],
  ];
  for (const [packages, place] of keptIn) {
    it(`keeps ${packages.source} in ${place}`, () => {
      assert.ok(imports.some(({ name }) => packages.test(name)));
      assert.deepEqual(saying(imports.filter(({ from, name }) => packages.test(name) && !from.startsWith(place))), []);
    });
  }

  it('builds credentials in graph, and knows their type in index.ts', () => {
    const users = new Set(imports.filter(({ name }) => name.startsWith('@azure/')).map(({ from }) => from));
    assert.deepEqual([...users].sort(), ['bot/graph/credential.ts', 'bot/index.ts']);
    assert.match(readFileSync(join(root, 'bot/index.ts'), 'utf8'), /import type \{ TokenCredential \}/);
  });

  it('keeps nothing in modules that changes: no variable, no collection that could grow', () => {
    const found = sources.flatMap(({ path, text }) =>
      text.split('\n').flatMap((line, index) => {
        const place = `${path}:${index + 1}: ${line.trim()}`;
        if (/^(export )?(let|var)\b/.test(line)) return [place];
        const collection =
          /^(export )?const \w+(: [^=]+)? = new (Map|Set|WeakMap|WeakSet|Array|EventEmitter|AsyncLocalStorage)\b/.exec(
            line,
          );
        return collection && !/Readonly(Map|Set)/.test(collection[2] ?? '') ? [place] : [];
      }),
    );
    assert.deepEqual(found, []);
    const empty = sources.filter(({ text }) => /^(export )?const \w+(: [^=]+)? = (\[\]|\{\});?$/m.test(text));
    assert.deepEqual(
      empty.map(({ path }) => path),
      [],
    );
  });

  it('catches nothing to carry on as if nothing had been', () => {
    const silent = sources.filter(({ text }) =>
      /catch\s*(\([^)]*\))?\s*\{\s*\}|\.catch\(\(\) => (undefined|null|\{\s*\})\)/.test(text),
    );
    assert.deepEqual(
      silent.map(({ path }) => path),
      [],
    );
  });

  it('speaks of no `any`, and silences no check', () => {
    const loose = sources.filter(({ text }) =>
      /(:|\bas|<)\s*any\b|@ts-(ignore|expect-error|nocheck)|biome-ignore/.test(text),
    );
    assert.deepEqual(
      loose.map(({ path }) => path),
      [],
    );
  });
});

const kebab = (name: string) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
const stemOf = (path: string) => relative('bot', path).replace(/^.*\//, '').replace(/\.ts$/, '');

describe('one file', () => {
  it('is one step, named alike: file, export and id', async () => {
    for (const { path } of within('steps')) {
      const module = (await import(join(root, path))) as Record<string, Step>;
      const stem = stemOf(path);
      assert.deepEqual(Object.keys(module), [stem], path);
      assert.equal(module[stem]?.id, kebab(stem), path);
    }
  });

  it('is one step, and every step is in a playbook once', () => {
    assert.deepEqual(
      [...everyStep, ...providerSteps].map(({ id }) => id).toSorted(),
      within('steps')
        .map(({ path }) => kebab(stemOf(path)))
        .toSorted(),
    );
  });

  it('is one command, named alike, and every command is registered once', () => {
    const files = within('commands').filter(({ text }) => /= defineCommand\b|^ {2}defineCommand\(/m.test(text));
    assert.deepEqual(files.map(({ path }) => stemOf(path)).toSorted(), commands.map(({ name }) => name).toSorted());
    for (const { path, text } of files) {
      assert.equal([...text.matchAll(/(= |^ {2})defineCommand\b/gm)].length, 1, path);
      assert.match(text, new RegExp(`name: '${stemOf(path)}'`), path);
    }
  });

  it('is one card, with a template and a sample of the same stem', () => {
    const stems = within('cards')
      .filter(({ text }) => text.includes('defineCard('))
      .flatMap(({ text }) => [...text.matchAll(/defineCard\(\s*'(\w+)'/g)].map(([, name = '']) => name));
    const templates = readdirSync(join(root, 'cards')).filter((name) => name.endsWith('.card.json'));
    assert.deepEqual(stems.toSorted(), templates.map((name) => name.replace('.card.json', '')).toSorted());
    for (const { path, text } of within('cards').filter((one) => /defineCard\(\s*'/.test(one.text)))
      assert.match(text, new RegExp(`defineCard\\(\\s*'${stemOf(path)}'`), path);
  });
});
