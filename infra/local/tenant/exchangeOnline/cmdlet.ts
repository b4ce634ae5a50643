import { z } from 'zod';
import type { TenantData } from '../seedSchema.ts';
import { parameterError } from './errors.ts';

export type Row = Record<string, unknown>;

/** What a cmdlet works on. */
export interface Work {
  data: TenantData;
  now: Date;
  /** The app id, for what Exchange remembers by name. */
  by: string;
  roles: ReadonlySet<string>;
  warn(text: string): void;
}

export interface Cmdlet {
  name: string;
  /** Any one of these management roles lets it run. */
  roles: readonly string[];
  /** Parameters that ask for a management role of their own. */
  parameterRoles: Readonly<Record<string, string>>;
  writes: boolean;
  /** Names as Exchange writes them; callers may use any case. */
  parameters: readonly string[];
  invoke(work: Work, sent: Row): Row[];
}

interface Definition<Shape extends z.ZodRawShape> {
  name: string;
  roles: readonly string[];
  parameterRoles?: Readonly<Record<string, string>>;
  parameters: Shape;
  run(work: Work, parameters: z.infer<z.ZodObject<Shape>>): Row[];
}

/** Every cmdlet takes these. */
const common = { ErrorAction: z.string().optional(), WarningAction: z.string().optional() };
const commonOfWrites = { ...common, Confirm: z.boolean().optional(), Force: z.boolean().optional() };

export function defineCmdlet<Shape extends z.ZodRawShape>(definition: Definition<Shape>): Cmdlet {
  const { name, roles, parameterRoles = {}, run } = definition;
  const writes = !name.startsWith('Get-');
  const others = Object.keys(writes ? commonOfWrites : common);
  const own = z.object(definition.parameters);
  const shape: z.ZodRawShape = own.shape;
  const parameters = [...Object.keys(shape), ...others];
  return {
    name,
    roles,
    parameterRoles,
    writes,
    parameters,
    invoke(work, sent) {
      const missing = Object.entries(shape).flatMap(([parameter, type]) =>
        sent[parameter] === undefined && !z.safeParse(type, undefined).success ? [parameter] : [],
      );
      if (missing.length > 0)
        throw parameterError(
          `Cannot process command because of one or more missing mandatory parameters: ${missing.join(' ')}.`,
        );
      const parsed = own.safeParse(sent);
      if (!parsed.success) {
        const parameter = String(parsed.error.issues[0]?.path[0] ?? '');
        throw parameterError(
          `Cannot process argument transformation on parameter '${parameter}'. Cannot convert value "${JSON.stringify(sent[parameter])}".`,
        );
      }
      return run(work, parsed.data);
    },
  };
}

/** By their own names; throws for one that the cmdlet hasn't got. */
export function namedParameters(cmdlet: Cmdlet, sent: Row): Row {
  const named: Row = {};
  for (const [name, value] of Object.entries(sent)) {
    if (name.startsWith('@')) continue;
    const own = cmdlet.parameters.find((parameter) => parameter.toLowerCase() === name.toLowerCase());
    if (!own) throw parameterError(`A parameter cannot be found that matches parameter name '${name}'.`);
    named[own] = value;
  }
  return named;
}

export const identity = z.string().min(1);
/** A switch or a Boolean. */
export const on = z.boolean().optional();
