import { z } from 'zod';
import type { Clock } from '../clock.ts';
import type { Cloud, Page } from '../clouds.ts';
import type { Exchange, ExchangeReader } from '../exchange/exchange.ts';
import type { Access } from '../graph/access.ts';
import type { GraphFailure } from '../graph/failure.ts';
import type { Graph, GraphReader } from '../graph/graph.ts';
import type { Reading, Subject } from './subject.ts';

/** What a preview and a verify are given: they can't write, by type. */
export interface ReadContext<S extends Subject = Subject, O = unknown> {
  subject: S;
  options: O;
  access: Access;
  graph: GraphReader;
  exchange: ExchangeReader;
  /** What the settings keep out of reach, as in {@link Reading}. */
  untouchable: Reading['untouchable'];
  subjectsUnderWay: Reading['subjectsUnderWay'];
  clock: Clock;
  cloud: Cloud;
  /** When the subject's case was opened: what lies ahead counts from then, or it would change by the day. */
  openedAt: Date;
  /** `OFF-42`: for what must carry a name elsewhere. */
  caseName: string;
  /**
   * In a case that takes another one back, what that one did, by the step's id; `options`, `openedAt` and `caseName` are
   * that one's as well. Null in any other case.
   */
  undone: ReadonlyMap<string, Deed> | null;
}

/** What a step did. */
export type Deed =
  | { changes: Change[]; before: unknown }
  /** By a person, who said so in these words. */
  | { byHand: string };

/** What a run and an undo are given. */
export interface WriteContext<S extends Subject = Subject, O = unknown>
  extends Omit<ReadContext<S, O>, 'graph' | 'exchange'> {
  graph: Graph;
  exchange: Exchange;
  /** 1, or more when an earlier attempt may have done it already. */
  attempt: number;
  /** Notes `before` anew: what this attempt has learned and the next one needs, and which can't be read back. */
  note(before: unknown): Promise<void>;
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
/** As a step says it: the address is the cloud's. */
export type Hand = Omit<z.output<typeof handSchema>, 'link'> & { page: Page };

/** One change, for the approver. */
export const changeSchema = z.object({
  /** In a plain sentence. */
  says: z.string(),
  /** Ids of what is touched, which nobody sees; the agreement is bound to them. */
  touches: z.array(z.string()),
  /** What is agreed to in place of the sentence, where that counts or measures what changes by itself. */
  binds: z.string().optional(),
});
export type Change = z.output<typeof changeSchema>;

export interface Changes<Before> {
  /** What is there now and will be changed: all that `verify` and `undo` need, no choice of the plan card beside it. */
  before: Before;
  changes: Change[];
  /** What stays for people to do by hand, and why. */
  leaves?: string[];
  /** What hurts, to be read before all else: data that nobody gets, access that stays, what can't come back. */
  warns?: string[];
  /** This plan destroys something: own confirm, a reason, a second approver. */
  destroys?: boolean;
  /** People feel it at once: a decision of its own, which no approval or confirm of several takes along. */
  apart?: boolean;
}

/** Nothing to do, and why (and what stays for people all the same); or a person must do it instead, and why. */
export type NoChange =
  | { notNeeded: string; leaves?: string[]; warns?: string[] }
  /** `hand` in place of the step's own; `unseen` where it can't be looked at what they have done. */
  | { byHand: string; hand?: Hand; unseen?: true };

export type Verdict =
  | { proved: string }
  /** Microsoft 365 has the order; it is carried out later, perhaps in days, and followed until then. */
  | { ordered: string }
  /** Not to be seen yet: Microsoft 365 may need a moment. */
  | { notYet: string }
  | { refuted: string };

/** How long a change may not show, though it is made. */
export interface Patience {
  /** For people, to follow “usually”: “within an hour”. */
  usually: string;
  /** Milliseconds after which somebody is asked to look. */
  atMost: number;
}

/**
 * What every step says and does, whatever kind of subject it is for. Methods throughout, so that a step for one kind can
 * stand in a list of steps: the engine hands it only subjects that the kind's own schema has read.
 */
export interface StepBase<S extends Subject, O, Before> {
  /** kebab-case, the file's name; a released one never changes. */
  id: string;
  title: string;
  /** One sentence for the README and the help. */
  does: string;
  /** Application permissions, each needed. */
  permissions: readonly string[];
  /** May destroy something: such a plan says `destroys`. */
  destructive?: true;
  /** Why nobody may leave it out, in a sentence: what comes after it would lock the organization out. */
  cannotSkip?: string;
  /** Keeps or hands over what is lost otherwise: whoever asks is shown when their choices leave it out. */
  keeps?: true;
  /** What it brings about lasts, and is told first on the report: who has what, until when. */
  lasting?: true;
  /** It changes nothing, so there is nothing to take back. */
  looksOnly?: true;
  /** What to know of what its undo makes anew, in a sentence: another id, or what is not brought back. */
  backAnew?: string;
  /** It deletes the subject. */
  endsSubject?: true;
  /** What it leaves is nothing any more once the subject is deleted: access, licenses, replies. */
  endsWithSubject?: true;
  /** What Microsoft 365 takes to show the change. Default: seconds, and no more than two minutes. */
  takes?: Patience;
  before: z.ZodType<Before>;
  /** Says why not for this kind of person, or null when it applies. */
  appliesTo?(subject: S, options: O): NoChange | null;
  preview(context: ReadContext<S, O>): Promise<Changes<Before> | NoChange>;
  /** @throws AppError when it may not begin (any more), though it was agreed to. Looked at just before `run`, each time. */
  requireReady?(context: ReadContext<S, O>, before: Before): Promise<void>;
  /** Safe to repeat, and never acts on more than `before` names: what came later was agreed to by nobody. */
  run(context: WriteContext<S, O>, before: Before): Promise<void>;
  /** Reads back, and judges only what `before` names; a 204 proves nothing. */
  verify(context: ReadContext<S, O>, before: Before): Promise<Verdict>;
  /** How a person does it instead. */
  byHand(subject: S, options: O): Hand;
  /**
   * Looks whether a person has done it since the stage was opened. Without it, `preview` is asked whether anything is left.
   * Null when it can't be seen: then the person vouches for it with a note.
   */
  verifyByHand?(context: ReadContext<S, O>, since: Date): Promise<Verdict | null>;
}

/** Puts back what `before` holds, or says why nothing can. */
type Undo<S extends Subject, O, Before> =
  | { undo(context: WriteContext<S, O>, before: Before): Promise<void>; cannotUndo?: never }
  | { cannotUndo: string; undo?: never };

export type StepSpec<S extends Subject, O, Before> = StepBase<S, O, Before> & Undo<S, O, Before>;

/** What a kind of subject knows of the app's rights for a step; `define…Step` of the kind fills it in. */
export interface Rights<S extends Subject, O> {
  /** What the app lacks for this subject, in a sentence, or null. */
  lacks(context: ReadContext<S, O>): string | null;
  /** Whether the app may not even look at what the step changes. */
  blind(context: ReadContext<S, O>): boolean;
  /** Why the step must not touch this subject as it is now, although it was agreed to; null when it may. */
  holdsBack(subject: S): string | null;
  /** Whether a clear no is perhaps only the shadow of what another step took away a moment ago. */
  mayPass(subject: S, failure: GraphFailure): boolean;
}

/** A step as the engine sees it: `before` is whatever the journal kept, checked by the step's own schema. */
export interface Step<S extends Subject = Subject, O = unknown>
  extends Omit<StepBase<S, O, unknown>, 'before' | 'requireReady'>,
    Rights<S, O> {
  before: z.ZodType<unknown>;
  requireReady(context: ReadContext<S, O>, before: unknown): Promise<void>;
  undo?(context: WriteContext<S, O>, before: unknown): Promise<void>;
  /** Why it can't be undone, or null. */
  cannotUndo: string | null;
}

export function defineStep<S extends Subject, O, Before>(
  spec: StepSpec<S, O, Before>,
  rights: Rights<S, O>,
): Step<S, O> {
  const { undo, cannotUndo, ...base } = spec;
  return {
    ...base,
    ...rights,
    requireReady: async (context, before) => spec.requireReady?.(context, spec.before.parse(before)),
    run: (context, before) => spec.run(context, spec.before.parse(before)),
    verify: (context, before) => spec.verify(context, spec.before.parse(before)),
    ...(undo && { undo: (context: WriteContext<S, O>, before: unknown) => undo(context, spec.before.parse(before)) }),
    cannotUndo: cannotUndo ?? null,
  };
}
