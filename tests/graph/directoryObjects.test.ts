import assert from 'node:assert/strict';
import { z } from 'zod';
import { AppError } from '../../bot/errors.ts';
import { listOfType } from '../../bot/graph/directoryObjects.ts';
import { type StepWorld, startStepWorld } from '../support/stepWorld.ts';

describe('a list of things of several types', () => {
  let world: StepWorld;
  before(async () => {
    world = await startStepWorld();
  });
  after(() => world.tenant.close());

  const owned = () => `/users/${world.tenant.person('jane').id}/ownedObjects`;

  it('gives those of one type, and asks nothing of the others', async () => {
    const item = z.object({ id: z.string(), groupTypes: z.array(z.string()) });
    const groups = await listOfType(world.graph, 'group', owned(), item);
    const { id } = world.tenant.person('jane');
    const all = world.tenant.data.groups.filter(({ owners }) => owners.includes(id));
    assert.deepEqual(groups.map((one) => one.id).toSorted(), all.map((one) => one.id).toSorted());
    assert.deepEqual(await listOfType(world.graph, 'user', owned(), item), []);
  });

  it('says of an answer of the wrong shape that it is one, and where', async () => {
    await assert.rejects(
      listOfType(world.graph, 'group', owned(), z.object({ displayName: z.number() })),
      (error) =>
        error instanceof AppError && error.code === 'graph-shape' && /ownedObjects: .*displayName/.test(error.message),
    );
  });
});
