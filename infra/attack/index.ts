import { parseArgs } from 'node:util';
import { attackCards } from './cards.ts';
import { attackDoor } from './doorAttacks.ts';
import { flood } from './flood.ts';
import { attackPartner } from './partners.ts';
import { attackPowers } from './powers.ts';
import { randomFrom } from './random.ts';
import { Report } from './report.ts';
import { startWorld } from './world.ts';

/** Attacks the rehearsal, never anything else: it starts what it attacks, on loopback. */
const { values } = parseArgs({
  options: {
    requests: { type: 'string', default: '100000' },
    seed: { type: 'string', default: '1' },
    concurrency: { type: 'string', default: '32' },
    p99: { type: 'string', default: '50' },
    memory: { type: 'string', default: '64' },
  },
});
const given = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, Number(value)])) as Record<
  keyof typeof values,
  number
>;
for (const [name, value] of Object.entries(given))
  if (!Number.isSafeInteger(value) || value < 1) throw new Error(`--${name} must be a number, like 1000`);

const report = new Report();
const random = randomFrom(given.seed);
console.log(`Attacking a rehearsal, seed ${given.seed}`);
{
  await using world = await startWorld();
  try {
    await attackDoor(world, random, report);
    const name = await attackPowers(world, random, report);
    await attackCards(world, name, random, report);
    await attackPartner(world, random, report);
    await flood(world, given, report);
  } catch (error) {
    // What got through before may be why: it is told all the same.
    report.found('the rest', `it could not be tried: ${error instanceof Error ? error.message : error}`);
  }
}
for (const { attack, problem } of report.findings) console.log(`FOUND ${attack}: ${problem}`);
console.log(report.findings.length === 0 ? 'Nothing got through.' : `${report.findings.length} found.`);
process.exitCode = report.findings.length === 0 ? 0 : 1;
