import * as engine from '../engine/step.ts';
import type { Options } from './choices.ts';
import type { Subject } from './person.ts';
import { type Needs, rightsFor } from './rights.ts';

export type { Verdict } from '../engine/step.ts';
export type ReadContext = engine.ReadContext<Subject, Options>;
export type WriteContext = engine.WriteContext<Subject, Options>;

/** A step of a person's playbook, with what it needs of the app. */
export type PersonStep = engine.Step<Subject, Options> & Needs;

export function definePersonStep<Before>(spec: engine.StepSpec<Subject, Options, Before> & Needs): PersonStep {
  const { title, permissions, directoryRole, onlyWithoutRoles, exchange } = spec;
  const needs: Needs = {
    title,
    permissions,
    ...(directoryRole && { directoryRole }),
    ...(onlyWithoutRoles && { onlyWithoutRoles }),
    ...(exchange && { exchange }),
  };
  return { ...engine.defineStep(spec, rightsFor(needs)), ...needs };
}
