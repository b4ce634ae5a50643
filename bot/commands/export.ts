import { Refusal } from '../errors.ts';
import { makeCaseFile } from './caseFile.ts';
import { defineCommand, staff } from './command.ts';
import { findNamedCase, type Named } from './findCase.ts';

export const exportCase = defineCommand<{ named: Named }>({
  name: 'export',
  does: 'Gives a case as a file to keep and print: what was asked, agreed, done, proved and left, with its journal.',
  roles: staff,
  words: {
    usage: 'export CASE',
    example: 'export OFF-42',
    read: (words) => ({ named: { words, example: 'export', onlyShows: true } }),
  },

  async run(desk, who, { named }) {
    await desk.roles.require(who, staff, 'export a case');
    const row = await findNamedCase(desk, who, named);
    const { cloud } = desk.runtime;
    if (!cloud.filesInChats)
      throw new Refusal(
        'place',
        'In this cloud Teams takes no files from apps. “status” and the case shows its journal.',
      );
    if (who.place !== 'personal')
      throw new Refusal(
        'place',
        'Teams takes files in a personal chat alone: write the same in your chat with Signoff.',
      );
    const { name, html } = await makeCaseFile(desk, row);
    return {
      file: { caseId: row.id, name, description: 'Goes to your OneDrive.', sizeInBytes: Buffer.byteLength(html) },
    };
  },
});
