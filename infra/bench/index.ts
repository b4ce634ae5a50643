import { cpus } from 'node:os';
import { lockout } from './lockout.ts';
import { many } from './many.ts';
import { weight } from './weight.ts';
import { plan, reads } from './whole.ts';

/** Measures the real bot against the local Microsoft 365; asserts nothing. */
const benches: Readonly<Record<string, () => Promise<string[]> | AsyncGenerator<string>>> = {
  lockout,
  plan,
  reads,
  weight,
  many,
};

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => benches[name] === undefined);
if (unknown.length > 0) {
  console.error(`There is no ${unknown.join(', ')}. Say one or more of: ${Object.keys(benches).join(', ')}.`);
  process.exit(1);
}
console.log(`${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}, Node ${process.version}`);
for (const [name, bench] of Object.entries(benches)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  for await (const line of await bench()) console.log(line);
}
