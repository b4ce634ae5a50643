import { z } from 'zod';
import type { Exchange, ExchangeReader } from '../exchange/exchange.ts';
import type { Access, ExchangeRight } from '../graph/access.ts';
import type { Graph, GraphReader } from '../graph/graph.ts';
import type { Options, Subject } from './subject.ts';

/** What a preview and a verify are given: they can't write, by type. */
export interface ReadContext {
  subject: Subject;
  options: Options;
  access: Access;
  graph: GraphReader;
  exchange: ExchangeReader;
  /** `OFF-42`: for what must carry a name elsewhere. */
  caseName: string;
}

/** What a run and an undo are given. */
export interface WriteContext extends Omit<ReadContext, 'graph' | 'exchange'> {
  graph: Graph;
  exchange: Exchange;
}

/** What a person does where no app can, or this app may not. */
export const handSchema = z.object({
  /** Who may: a role in Microsoft 365 or on premises. */
  who: z.string(),
  /** Name of the place, and its address. */
  where: z.string(),
  link: z.url(),
  clicks: z.array(z.string()).min(1),
  /** The same as one line to paste into PowerShell, where there is one. */
  command: z.string().nullable(),
});
export type Hand = z.output<typeof handSchema>;

export interface Changes<Before> {
  /** What is there now: all that `verify` and `undo` need. */
  before: Before;
  /** One plain sentence a change, for the approver. */
  changes: string[];
  /** Ids of what is touched: the approval is bound to them, nobody sees them. */
  touches?: string[];
  /** What stays for people to do by hand, and why. */
  leaves?: string[];
  /** This plan destroys something: own confirm, a reason, a second approver. */
  destroys?: boolean;
}

/** Nothing to do, and why (and what stays for people all the same); or a person must do it instead, and why. */
export type NoChange = { notNeeded: string; leaves?: string[] } | { byHand: string };

export type Verdict =
  | { proved: string }
  /** Not to be seen yet: Microsoft 365 may need a moment. */
  | { notYet: string }
  | { refuted: string };

interface StepBase<Before> {
  /** kebab-case, the file's name; a released one never changes. */
  id: string;
  title: string;
  /** One sentence for the README and the help. */
  does: string;
  /** Application permissions, each needed. */
  permissions: readonly string[];
  /**
   * When the app's service principal must hold a directory role too: User Administrator always, or only for a subject
   * that holds roles itself; Privileged Authentication Administrator, in either case, for a privileged one.
   */
  directoryRole?: 'always' | 'for privileged subjects';
  /** Works through Exchange Online: what the app must be allowed there. */
  exchange?: ExchangeRight;
  /** May destroy something: such a plan says `destroys`. */
  destructive?: true;
  /** Milliseconds that Microsoft 365 may take to show the change. Default two minutes. */
  verifyFor?: number;
  /** Milliseconds between looks, at most. Default 15 seconds. */
  lookEvery?: number;
  before: z.ZodType<Before>;
  /** Says why not for this kind of person, or null when it applies. */
  appliesTo?(subject: Subject, options: Options): NoChange | null;
  preview(context: ReadContext): Promise<Changes<Before> | NoChange>;
  /** Safe to repeat: reads, acts on the difference. */
  run(context: WriteContext, before: Before): Promise<void>;
  /** Reads back; a 204 proves nothing. */
  verify(context: ReadContext, before: Before): Promise<Verdict>;
  /** How a person does it instead. */
  byHand(subject: Subject, options: Options): Hand;
  /**
   * Looks whether a person has done it since the stage was opened. Without it, `preview` is asked whether anything is left.
   * Null when it can't be seen: then the person vouches for it with a note.
   */
  verifyByHand?(context: ReadContext, since: Date): Promise<Verdict | null>;
}

/** Puts back what `before` holds, or says why nothing can. */
type Undo<Before> =
  | { undo(context: WriteContext, before: Before): Promise<void>; cannotUndo?: never }
  | { cannotUndo: string; undo?: never };

export type StepSpec<Before> = StepBase<Before> & Undo<Before>;

/** A step as the engine sees it: `before` is whatever the journal kept, checked by the step's own schema. */
export interface Step extends Omit<StepBase<unknown>, 'before'> {
  before: z.ZodType<unknown>;
  undo: ((context: WriteContext, before: unknown) => Promise<void>) | null;
  /** Why it can't be undone, or null. */
  cannotUndo: string | null;
}

export function defineStep<Before>(spec: StepSpec<Before>): Step {
  const { undo, cannotUndo } = spec;
  return {
    ...spec,
    run: (context, before) => spec.run(context, spec.before.parse(before)),
    verify: (context, before) => spec.verify(context, spec.before.parse(before)),
    undo: undo === undefined ? null : (context, before) => undo(context, spec.before.parse(before)),
    cannotUndo: cannotUndo ?? null,
  };
}
