import assert from 'node:assert/strict';
import type { Step, WriteContext } from '../../bot/engine/step.ts';
import { AppError } from '../../bot/errors.ts';
import { GraphFailure } from '../../bot/graph/failure.ts';
import { partnerSubjectSchema } from '../../bot/partners/subject.ts';
import type { Exchange, TenantData } from '../../infra/local/tenant/server.ts';
import { othersIn, ownIds } from './belongings.ts';
import { givenFor } from './givenSteps.ts';
import { othersThanPartner, ownIdsOfPartner } from './partnerBelongings.ts';
import { cmdletOf, type StepWorld, startStepWorld, stateOf } from './stepWorld.ts';

export interface ContractSuite {
  readonly world: StepWorld;
  readonly context: WriteContext;
  given: ReturnType<typeof givenFor>;
  /** What the tenant holds now. */
  state(): unknown;
}

/** A step with what it is tried on, in a tenant of its own, as it was in the seed before each test. */
export function contractSuite(step: Step): ContractSuite {
  const given = givenFor(step.id);
  let world: StepWorld;
  let context: WriteContext;
  before(async () => {
    const { partner, change } = given;
    world = await startStepWorld({ partners: partner !== undefined, ...(change && { change }) });
    context = await contextIn(world, given);
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
    state: () => stateOf(world.tenant.data),
  };
}

/** What the step is tried on. */
const contextIn = (world: StepWorld, given: ReturnType<typeof givenFor>): Promise<WriteContext> =>
  given.partner === undefined
    ? world.contextOf(given.person, { successor: world.picked(given.successor), ...given.options })
    : world.partnerContextOf(given.partner, given.partnerOptions);

/** What of the tenant is the subject's own, and what is left without it. */
export function belongings({ tenant }: StepWorld, { subject }: WriteContext): { own: string[]; others: TenantData } {
  const partner = partnerSubjectSchema.safeParse(subject);
  return partner.success
    ? { own: ownIdsOfPartner(tenant.data, partner.data), others: othersThanPartner(tenant.data, partner.data) }
    : { own: ownIds(tenant.data, subject.id), others: othersIn(tenant.data, subject.id) };
}

/** Whoever proves or undoes knows no more than was noted: not what is chosen on the plan card by now. */
export function forgetful(context: WriteContext): WriteContext {
  const options = new Proxy(context.options as object, {
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
