import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { charges, type Finding } from './judge.ts';
import { playRound, type Round } from './round.ts';
import { type Trouble, troubles } from './storm.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    rounds: { type: 'string' },
    seconds: { type: 'string' },
    round: { type: 'string' },
    troubles: { type: 'string', default: troubles.join(',') },
  },
});
const number = (name: 'seed' | 'rounds' | 'seconds' | 'round', otherwise: number): number => {
  const given = Number(values[name] ?? otherwise);
  if (!Number.isInteger(given) || given < 0) throw new Error(`--${name} takes a whole number, not “${values[name]}”.`);
  return given;
};
const isTrouble = (name: string): name is Trouble => (troubles as readonly string[]).includes(name);
const unknown = values.troubles.split(',').find((one) => !isTrouble(one));
if (unknown !== undefined) throw new Error(`--troubles takes any of ${troubles.join(',')}, not “${unknown}”.`);

const endless = Number.MAX_SAFE_INTEGER;
const wanted = values.troubles.split(',').filter(isTrouble);
const seed = number('seed', 0);
const seconds = number('seconds', endless);
// A short run is to come to its end, too.
const longestStormMs = Math.min(45_000, seconds * 250);
const first = number('round', 1);
const last = values.round === undefined ? number('rounds', values.seconds === undefined ? 10 : endless) : first;
const keep = join(import.meta.dirname, '../../data/chaos', String(seed));

console.log(`seed ${seed}; what goes wrong: ${wanted.join(', ')}`);
const played: Round[] = [];
const began = performance.now();
for (let round = first; round <= last && (performance.now() - began) / 1000 < seconds; round++) {
  const one = await playRound({ seed, round, troubles: wanted, longestStormMs, keep });
  played.push(one);
  tell(one);
}
const failed = summarize(played);
process.exit(failed ? 1 : 0);

function tell({ round, seconds: took, cases, closed, steps, taps, kills, spares, retried, weather, findings }: Round) {
  const numbers = [
    `${closed}/${cases} cases`,
    `${steps} steps`,
    `${taps} taps`,
    `${kills} kills`,
    `${spares} spares`,
    `${retried} retries`,
  ];
  const what = Object.entries(weather).map(([name, times]) => `${name} ${times}`);
  console.log(`round ${round}: ${took.toFixed(0)} s, ${numbers.join(', ')} · ${what.join(', ')}`);
  for (const { charge, words } of findings) console.log(`  ${charge.toUpperCase()}: ${words}`);
}

function summarize(rounds: readonly Round[]): boolean {
  const findings = rounds.flatMap((one) => one.findings);
  const sum = (of: (one: Round) => number) => rounds.reduce((total, one) => total + of(one), 0);
  const weather = Map.groupBy(
    rounds.flatMap((one) => Object.entries(one.weather)),
    ([name]) => name,
  );
  console.log(`\n${rounds.length} rounds, seed ${seed}`);
  line('cases, closed', `${sum((one) => one.cases)}, ${sum((one) => one.closed)}`);
  line(
    'steps begun',
    sum((one) => one.steps),
  );
  line(
    'buttons pressed',
    sum((one) => one.taps),
  );
  for (const [name, all] of [...weather].sort(([a], [b]) => a.localeCompare(b)))
    line(
      name,
      all.reduce((total, [, times]) => total + times, 0),
    );
  line(
    'cards sent twice, pressed',
    sum((one) => one.spares),
  );
  for (const charge of charges) line(charge, findings.filter((one: Finding) => one.charge === charge).length);
  const noDisk = rounds.find((one) => one.endlessDisk !== null)?.endlessDisk;
  if (noDisk !== undefined && wanted.includes('disk'))
    console.log(`\nNOT TRIED: a full disk. This machine lets us mount none (${noDisk}).`);
  for (const { round } of rounds.filter((one) => one.findings.length > 0))
    console.log(
      `Again: npm run chaos -- --seed ${seed} --round ${round}   (what is left of it: data/chaos/${seed}/round-${round})`,
    );
  return findings.length > 0;
}

function line(name: string, value: string | number): void {
  console.log(`  ${name.padEnd(28)}${value}`);
}
