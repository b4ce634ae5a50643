import type { Options } from './choices.ts';

/** The account is to be deleted, whatever becomes of the mailbox. */
export const isDeleted = ({ endState }: Pick<Options, 'endState'>): boolean =>
  endState === 'delete' || endState === 'inactive';

/** The mailbox is to be on hold: asked for by itself, or because nothing else keeps it once its account is deleted. */
export const isHeld = ({ endState, hold }: Pick<Options, 'endState' | 'hold'>): boolean =>
  hold || endState === 'inactive';
