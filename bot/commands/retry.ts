import { nameOf } from '../cases/cases.ts';
import { failedSteps, retrySteps, type StageButton } from '../cases/stages.ts';
import { readSteps } from '../engine/readCase.ts';
import { defineCommand, staff, stageData } from './command.ts';
import { findNamedCase, type Named } from './findCase.ts';

export const retry = defineCommand<{ named: Named; button: StageButton | null }>({
  name: 'retry',
  does: 'Tries the failed steps of a case again.',
  roles: staff,
  words: {
    usage: 'retry CASE',
    example: 'retry OFF-42',
    read: (words) => ({ named: { words, example: 'retry' }, button: null }),
  },
  data: stageData.transform(({ case: id, ...button }) => ({ named: { id }, button })),

  async run(desk, who, { named, button }) {
    await desk.roles.require(who, staff, 'retry a case');
    const row = await findNamedCase(desk, who, named);
    const { version, stage } = row;
    const all = async () => failedSteps(desk, row, await readSteps(desk.runtime.db, row.id));
    await retrySteps(desk, row, button ?? { version, stage, steps: await all() }, who);
    return { showCase: row.id, text: `${nameOf(desk, row)}: the failed steps are tried again.` };
  },
});
