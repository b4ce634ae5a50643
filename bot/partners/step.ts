import { z } from 'zod';
import * as engine from '../engine/step.ts';
import { lackingWords } from '../graph/lacking.ts';
import type { PartnerOptions } from './choices.ts';
import type { PartnerSubject } from './subject.ts';

export type ReadContext = engine.ReadContext<PartnerSubject, PartnerOptions>;
export type WriteContext = engine.WriteContext<PartnerSubject, PartnerOptions>;
export type PartnerStep = engine.Step<PartnerSubject, PartnerOptions>;

export const definePartnerStep = <Before>(spec: engine.StepSpec<PartnerSubject, PartnerOptions, Before>): PartnerStep =>
  engine.defineStep(spec, {
    lacks: ({ access }) => lackingWords(spec.permissions, access),
    blind: () => false,
    holdsBack: () => null,
    mayPass: () => false,
  });

/** What people look after where no app can, and nobody can see whether they did: they vouch for it with a note. */
interface Checklist {
  id: string;
  title: string;
  does: string;
  /** Beside `Directory.Read.All`: what `concerns` reads with. */
  permissions?: readonly string[];
  /** Why it is to be done for this partner, or why not. */
  concerns(context: ReadContext): engine.NoChange | Promise<engine.NoChange>;
  hand: (subject: PartnerSubject) => engine.Hand;
}

export function definePartnerChecklist({ concerns, hand, permissions = [], ...named }: Checklist): PartnerStep {
  return definePartnerStep({
    ...named,
    permissions,
    before: z.object({}),
    async preview(context) {
      const found = await concerns(context);
      return 'byHand' in found ? { ...found, unseen: true } : found;
    },
    async run() {},
    async verify() {
      return { notYet: 'Signoff can’t see whether it is done.' };
    },
    byHand: hand,
    async verifyByHand() {
      return null;
    },
    cannotUndo: 'It is done by people, and undone by them.',
  });
}
