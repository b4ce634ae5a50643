import { randomUUID } from 'node:crypto';
import type { Json, SharedFile } from './types.ts';

/** Stands in for the OneDrive that Teams keeps a chat's files in. */
export class Files {
  readonly #kept = new Map<string, { name: string; bytes: Buffer }>();
  readonly #base: () => string;

  constructor(base: () => string) {
    this.#base = base;
  }

  keep(name: string, content: string): SharedFile {
    const id = randomUUID();
    this.#kept.set(id, { name, bytes: Buffer.from(content) });
    return { name, url: this.#url(id, name) };
  }

  attachment(file: SharedFile): Json {
    const id = new URL(file.url).pathname.split('/')[2];
    return {
      contentType: 'application/vnd.microsoft.teams.file.download.info',
      contentUrl: file.url,
      name: file.name,
      content: { downloadUrl: file.url, uniqueId: id, fileType: extension(file.name) },
    };
  }

  uploadInfo(name: string): Json {
    const id = randomUUID();
    this.#kept.set(id, { name, bytes: Buffer.alloc(0) });
    const url = this.#url(id, name);
    return { contentUrl: url, uploadUrl: url, name, uniqueId: id, fileType: extension(name) };
  }

  read(id: string): { name: string; bytes: Buffer } | undefined {
    return this.#kept.get(id);
  }

  write(id: string, bytes: Buffer): boolean {
    const file = this.#kept.get(id);
    if (file) file.bytes = bytes;
    return file !== undefined;
  }

  #url(id: string, name: string): string {
    return `${this.#base()}/_files/${id}/${encodeURIComponent(name)}`;
  }
}

function extension(name: string): string {
  return name.includes('.') ? (name.split('.').pop() ?? '') : '';
}
