import { spawnSync } from 'node:child_process';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

/**
 * Plants mistakes (StrykerJS) in the parts that everything stands on, and tells which no test notices. The whole takes
 * hours: by default a seeded sample of lines is mutated, the same for the same seed.
 */
const parts = ['bot/engine/*.ts', 'bot/store/*.ts', 'bot/cases/*.ts', 'bot/teams/door.ts'];
const root = join(import.meta.dirname, '..');

const { values } = parseArgs({
  options: { seed: { type: 'string', default: '1' }, lines: { type: 'string', default: '150' } },
});
const seed = Number(values.seed);
const wanted = Number(values.lines);
if (!Number.isSafeInteger(seed) || !Number.isSafeInteger(wanted) || wanted < 1) {
  console.error('Say which sample: npm run mutants -- --seed 1 --lines 150');
  process.exit(1);
}

/** Lines in which something is done: no imports, comments, types or brackets alone. */
const candidates = parts
  .flatMap((part) => globSync(part, { cwd: root }))
  .sort()
  .flatMap((file) =>
    readFileSync(join(root, file), 'utf8')
      .split('\n')
      .flatMap((line, index) =>
        /[=<>!&|?+]|\breturn\b|\bif\b/.test(line) && !/^\s*(import|export (type|interface)|\/?\*|\/\/)/.test(line)
          ? [`${file}:${index + 1}-${index + 1}`]
          : [],
      ),
  );

const chosen = new Set<string>();
for (let state = seed; chosen.size < Math.min(wanted, candidates.length); ) {
  // A linear congruential generator (Numerical Recipes): a sample that can be drawn again.
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
  chosen.add(candidates[state % candidates.length] ?? '');
}
console.log(`${chosen.size} of ${candidates.length} lines, seed ${seed}`);

/** Nothing else needs StrykerJS and what it brings: it is installed, as its own lockfile says, when it is first used. */
const home = join(import.meta.dirname, 'mutants');
const stryker = join(home, 'node_modules/.bin/stryker');
if (!existsSync(stryker)) run('npm', ['ci'], home);
run(stryker, ['run', '--mutate', [...chosen].join(',')], root);

function run(command: string, words: string[], cwd: string): void {
  const { status } = spawnSync(command, words, { cwd, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}
