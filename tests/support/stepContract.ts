import assert from 'node:assert/strict';
import { AppError } from '../../bot/errors.ts';
import { GraphFailure } from '../../bot/graph/failure.ts';
import type { PersonStep, WriteContext } from '../../bot/people/step.ts';
import type { Exchange, TenantData } from '../../infra/local/tenant/server.ts';
import { givenFor } from './givenSteps.ts';
import { cmdletOf, type StepWorld, startStepWorld, stateOf } from './stepWorld.ts';

export interface ContractSuite {
  readonly world: StepWorld;
  readonly context: WriteContext;
  given: ReturnType<typeof givenFor>;
  /** What the tenant holds now. */
  state(): unknown;
}

/** A step with what it is tried on, in a tenant of its own, as it was in the seed before each test. */
export function contractSuite(step: PersonStep): ContractSuite {
  const given = givenFor(step.id);
  let world: StepWorld;
  let context: WriteContext;
  before(async () => {
    world = await startStepWorld(given.change === undefined ? {} : { change: given.change });
    context = await world.contextOf(given.person, { successor: world.picked(given.successor), ...given.options });
  });
  beforeEach(() => {
    world.tenant.reset();
    world.tenant.exchanges.length = 0;
  });
  after(() => world.tenant.close());
  return {
    get world() {
      return world;
    },
    get context() {
      return context;
    },
    given,
    state: () => structuredClone(stateOf(world.tenant.data)),
  };
}

/** Whoever proves or undoes knows no more than was noted: not what is chosen on the plan card by now. */
export function forgetful(context: WriteContext): WriteContext {
  const options = new Proxy(context.options, {
    get: (_, name) => assert.fail(`asks for the choice ${String(name)}, which was not noted`),
  });
  return { ...context, options };
}

export function found<T>(value: T | undefined): T {
  assert.ok(value !== undefined);
  return value;
}

/** What of the tenant is left without these parts. */
export function without(data: TenantData, parts: readonly (keyof TenantData)[] = []): TenantData {
  return { ...data, ...Object.fromEntries(parts.map((part) => [part, []])) };
}

export function concerns({ path, requestBody }: Exchange, own: string[]): boolean {
  const named = `${decodeURIComponent(path)} ${JSON.stringify(requestBody ?? '')}`;
  return own.some((id) => named.includes(id));
}

/** Where a fault must strike to hit this write in another run: what got its id in this one has another there. */
export function faultAt(write: Exchange, untouched: string): string {
  if (write.path.startsWith('/adminapi/')) return `POST /InvokeCommand/${cmdletOf(write).name}`;
  const segments = write.path
    .slice('/v1.0'.length)
    .split('/')
    .map((part) =>
      /^[0-9a-f-]{32,36}$/.test(part) && !untouched.includes(part) ? '[^/]+' : part.replace(/[.$()*+?]/g, '\\$&'),
    );
  return `^${write.method} ${segments.join('/')}$`;
}

export const isRefused = (error: unknown): boolean =>
  (error instanceof GraphFailure && error.kind === 'refused') || (error instanceof AppError && isRefused(error.cause));
export const isAmbiguous = (error: unknown): boolean => error instanceof GraphFailure && error.kind === 'ambiguous';
