import * as engine from '../engine/step.ts';
import type { Options } from './choices.ts';
import { noMailbox, orElsewhere } from './missingMailbox.ts';
import type { Person, Subject } from './person.ts';
import { type Needs, rightsFor } from './rights.ts';
import { requireSuccessor } from './successor.ts';

export type { Verdict } from '../engine/step.ts';
export type ReadContext = engine.ReadContext<Subject, Options>;
export type WriteContext = engine.WriteContext<Subject, Options>;

/** A step of a person's playbook, with what it needs of the app. */
export type PersonStep = engine.Step<Subject, Options> & Needs;

interface Receiving<Before> {
  /** To whom the change gives something, or sends people; they are looked at anew just before it. Null for nobody. */
  receiver?(before: Before, options: Options): Pick<Person, 'id' | 'displayName'> | null;
}

export function definePersonStep<Before>(
  spec: engine.StepSpec<Subject, Options, Before> & Needs & Receiving<Before>,
): PersonStep {
  const { title, permissions, directoryRole, onlyWithoutRoles, exchange, notIn } = spec;
  const needs: Needs = {
    title,
    permissions,
    ...(directoryRole && { directoryRole }),
    ...(onlyWithoutRoles && { onlyWithoutRoles }),
    ...(exchange && { exchange }),
    ...(notIn && { notIn }),
  };
  const requireReady: typeof spec.requireReady = async (context, before) => {
    const receiver = spec.receiver?.(before, context.options) ?? null;
    if (receiver !== null) await requireSuccessor(context, receiver);
    await spec.requireReady?.(context, before);
  };
  const preview: typeof spec.preview = async (context) => {
    const found = await spec.preview(context);
    return found === noMailbox ? orElsewhere(context, spec.byHand(context.subject, context.options)) : found;
  };
  return { ...engine.defineStep({ ...spec, preview, requireReady }, rightsFor(needs)), ...needs };
}
