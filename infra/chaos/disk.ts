import { execFileSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Where the bot's database lies: a disk of its own that can be filled, where this machine lets us mount one. */
export interface Disk {
  folder: string;
  /** Why it can't be filled; null when it can. */
  endless: string | null;
  fill(): void;
  free(): void;
  remove(): void;
}

const sizeMb = 24;
const chunk = Buffer.alloc(64 * 1024);

export function openDisk(): Disk {
  const folder = mkdtempSync(join(tmpdir(), 'signoff-chaos-'));
  const ballast = join(folder, 'ballast');
  const endless = mount(folder);
  const free = () => rmSync(ballast, { force: true });
  return {
    folder,
    endless,
    fill() {
      if (endless !== null) return;
      const file = openSync(ballast, 'a');
      try {
        for (let size = chunk.length; size >= 512; ) {
          try {
            writeSync(file, chunk, 0, size);
          } catch (error) {
            if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
            size /= 2;
          }
        }
      } finally {
        closeSync(file);
      }
    },
    free,
    remove() {
      free();
      if (endless === null) execFileSync('umount', ['-l', folder]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function mount(folder: string): string | null {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${sizeMb}m`, 'tmpfs', folder], { stdio: 'pipe' });
    return null;
  } catch (error) {
    return error instanceof Error ? (error.message.split('\n').at(-2) ?? error.message) : String(error);
  }
}
