import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const folder = mkdtempSync(join(tmpdir(), 'signoff-key-'));
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));

/**
 * One signing key for every local Teams of a test run. botbuilder remembers keys by address for an hour, and a new Teams
 * may be given the port of one that has gone.
 */
export const teamsKeyFile = join(folder, 'teams-key.pem');
