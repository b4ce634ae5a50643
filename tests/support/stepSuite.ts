import { previewStep } from '../../bot/engine/plan.ts';
import type { Planned } from '../../bot/engine/planned.ts';
import type { Options } from '../../bot/people/choices.ts';
import type { PersonStep, WriteContext } from '../../bot/people/step.ts';
import type { TenantData } from '../../infra/local/tenant/server.ts';
import {
  cmdletOf,
  flat,
  previewChange,
  proveSoon,
  type Shown,
  type StepWorld,
  startStepWorld,
  stateOf,
  writesIn,
} from './stepWorld.ts';
import type { TestTenant, TestTenantOptions } from './tenant.ts';

export interface Done {
  context: WriteContext;
  before: unknown;
  found: Shown;
  /** The last words of `verify`. */
  proved: string;
}

/** One world for the tests of one step, as new for each of them. */
export interface StepSuite {
  readonly world: StepWorld;
  readonly tenant: TestTenant;
  readonly data: TenantData;
  plan(
    name: string,
    options?: Partial<Options>,
  ): Promise<Omit<Planned, 'changes'> & { changes: string[]; touches: string[] }>;
  preview(name: string, options?: Partial<Options>): Promise<Omit<Done, 'proved'>>;
  /** Previews, runs and proves. */
  go(name: string, options?: Partial<Options>): Promise<Done>;
  undo(done: Omit<Done, 'proved'>): Promise<void>;
  /** What was written, as `POST /groups/…` or `Set-Mailbox`, in order. */
  writes(): string[];
  /** What a cmdlet was given, each time that it was called. */
  cmdlets(name: string): Record<string, unknown>[];
  state(): unknown;
}

/** To be called inside `describe`. */
export function stepSuite(step: PersonStep, options: TestTenantOptions = {}): StepSuite {
  let world: StepWorld;
  before(async () => {
    world = await startStepWorld(options);
  });
  beforeEach(() => {
    world.tenant.reset();
    world.tenant.exchanges.length = 0;
  });
  after(() => world.tenant.close());

  const suite: StepSuite = {
    get world() {
      return world;
    },
    get tenant() {
      return world.tenant;
    },
    get data() {
      return world.tenant.data;
    },
    async plan(name, chosen) {
      const { planned } = await previewStep(step, await world.contextOf(name, chosen));
      return { ...planned, ...flat(planned.changes) };
    },
    async preview(name, chosen) {
      const context = await world.contextOf(name, chosen);
      const found = await previewChange(step, context);
      return { context, before: found.before, found };
    },
    async go(name, chosen) {
      const previewed = await suite.preview(name, chosen);
      await step.run(previewed.context, previewed.before);
      return { ...previewed, proved: await proveSoon(step, previewed.context, previewed.before) };
    },
    async undo({ context, before }) {
      await step.undo?.(context, before);
    },
    writes: () =>
      writesIn(world.tenant.exchanges).map((one) =>
        one.path.startsWith('/adminapi/') ? cmdletOf(one).name : `${one.method} ${one.path.slice('/v1.0'.length)}`,
      ),
    cmdlets: (name) =>
      world.tenant.exchanges
        .filter(({ path }) => path.startsWith('/adminapi/'))
        .map(cmdletOf)
        .filter((one) => one.name === name)
        .map(({ parameters }) => parameters),
    state: () => stateOf(world.tenant.data),
  };
  return suite;
}
