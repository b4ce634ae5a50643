import { z } from 'zod';
import type { Card } from '../cards/card.ts';
import type { Actor } from '../cases/actor.ts';
import type { CaseDesk } from '../cases/cases.ts';
import { unreadable } from '../engine/choices.ts';
import { Refusal } from '../errors.ts';
import { type CaseRow, findCase } from '../store/cases.ts';

/** What somebody asked for: words typed, or a button with its data. Who asks comes from the signed activity alone. */
export interface Request {
  actor: Actor;
  /** Conversation key of where it was said. */
  origin: string;
  /** What follows the command's name. */
  words: string;
  /** Object ids of people that were @mentioned. */
  mentioned: string[];
  /** A button's data and inputs; null when typed. */
  tapped: Record<string, unknown> | null;
}

export type Reply =
  | { text: string }
  | { card: Card }
  /** The tapped card, as it is now. */
  | { showCase: number };

export interface Command {
  /** The word that people type, and the verb of its buttons. */
  name: string;
  /** How it is typed; null for what only a button does. */
  usage: string | null;
  does: string;
  run(desk: CaseDesk, request: Request): Promise<Reply>;
}

export const defineCommand = (command: Command): Command => command;

const caseData = z.object({ case: z.coerce.number().int().positive(), version: z.coerce.number().int().nonnegative() });

/** The case and plan version that a button carries. They say what is meant, never who may. */
export async function tappedCase(desk: CaseDesk, request: Request): Promise<{ row: CaseRow; version: number }> {
  const read = caseData.safeParse(request.tapped);
  const row = read.success ? await findCase(desk.runtime.db, read.data.case) : undefined;
  if (!read.success || row === undefined)
    throw new Refusal('button', 'This button is not one that Signoff can use. Type “cases” to see the open cases.');
  return { row, version: read.data.version };
}

/** Reads a button's inputs. @throws Refusal with the first thing to put right */
export function inputs<T>(request: Request, schema: z.ZodType<T>): T {
  // A sentence of the schema's own comes first; what the library would say is for nobody to read.
  const read = schema.safeParse(request.tapped ?? {}, {
    error: ({ path }) => unreadable(path?.join('.') ?? '').say,
  });
  if (read.success) return read.data;
  throw new Refusal('inputs', read.error.issues[0]?.message ?? 'Fill in the card again.');
}
