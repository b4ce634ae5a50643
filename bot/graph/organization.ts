import { z } from 'zod';
import type { GraphReader } from './graph.ts';

/** Answered as plain text. */
const count = z.preprocess((answer) => Number(String(answer).replace(/\D/g, '')), z.int().nonnegative());

/** How many users the directory has, guests among them. */
export const countUsers = (graph: GraphReader): Promise<number> =>
  graph.read('/users/$count', count, { eventual: true });
