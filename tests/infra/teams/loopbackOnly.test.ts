import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);
const kept = new URL('../../../infra/local/loopbackOnly.ts', import.meta.url).href;

/** Where a program listens that says nothing of where, or asks for the whole network. */
const listens = [
  'server.listen(0, done)',
  'server.listen("0", done)',
  'server.listen(0, "0.0.0.0", done)',
  'server.listen({ port: 0, host: "::" }, done)',
  'server.listen(done)',
];

describe('A program of others in a rehearsal', () => {
  for (const line of listens) {
    it(`listens on this machine alone: ${line}`, async () => {
      const script = `
        import { createServer } from 'node:http';
        const server = createServer();
        const done = () => { console.log(server.address().address); server.close(); };
        ${line};`;
      const { stdout } = await run(process.execPath, ['--import', kept, '--input-type=module', '--eval', script]);
      assert.equal(stdout.trim(), '127.0.0.1');
    });
  }
});
