import assert from 'node:assert/strict';
import { Refusal } from '../../bot/errors.ts';
import type { Subject } from '../../bot/people/person.ts';
import { readPerson } from '../../bot/people/protection.ts';
import { type StepWorld, startStepWorld } from './stepWorld.ts';
import type { TestTenant } from './tenant.ts';

export const isPrivileged = ({ privileges }: Subject): boolean => privileges.length > 0;

export interface SubjectSuite {
  readonly world: StepWorld;
  readonly tenant: TestTenant;
  /** @param requester object id; the helpdesk’s where left out */
  read(id: string, requester?: string): Promise<Subject>;
  subject(name: string): Promise<Subject>;
  refused(attempt: Promise<unknown>, code: string, words: RegExp): Promise<void>;
  give(principalId: string, roleDefinitionId: string): void;
  roleId(name: string): string;
}

/** Subjects of cases read from a tenant of their own, as it was in the seed before each test. */
export function subjectSuite(): SubjectSuite {
  let world: StepWorld;
  before(async () => {
    world = await startStepWorld();
  });
  beforeEach(() => {
    world.tenant.reset();
    world.tenant.exchanges.length = 0;
  });
  after(() => world.tenant.close());

  const suite: SubjectSuite = {
    get world() {
      return world;
    },
    get tenant() {
      return world.tenant;
    },
    read: (id, requester = world.tenant.person('hana').id) => readPerson(world.reading, id, requester),
    subject: (name) => suite.read(world.tenant.person(name).id),
    refused: (attempt, code, words) =>
      assert.rejects(attempt, (error) => {
        assert.ok(error instanceof Refusal, String(error));
        assert.equal(error.code, code);
        assert.match(error.say, words);
        return true;
      }),
    give: (principalId, roleDefinitionId) =>
      void world.tenant.data.roleAssignments.push({
        id: `${principalId}/${roleDefinitionId}`,
        principalId,
        roleDefinitionId,
        directoryScopeId: '/',
      }),
    roleId: (name) => world.tenant.data.roleDefinitions.find((role) => role.displayName === name)?.id ?? '',
  };
  return suite;
}
