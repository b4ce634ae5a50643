import { type Chosen, oneOf } from '../engine/choices.ts';
import type { PartnerSubject } from './subject.ts';

const waits = {
  '0': { title: 'Go on at once', told: 'none' },
  '3': { title: '3 days', told: '3 days, which people may shorten' },
  '7': { title: '7 days', told: '7 days, which people may shorten' },
  '14': { title: '14 days', told: '14 days, which people may shorten' },
} as const;
const guests = {
  delete: {
    title: 'Delete them at the end (can be restored for 30 days)',
    told: 'blocked, and deleted at the end after two approvers confirm',
  },
  block: { title: 'Keep them, blocked', told: 'kept, blocked' },
} as const;

/** What the requester chooses on the plan card, in its order. */
export const partnerChoices = {
  wait: oneOf<PartnerSubject, keyof typeof waits>(
    'How long to wait for complaints, once they are shut out',
    waits,
    '7',
    {
      told: 'Wait for complaints',
      demand: 'Choose how long to wait.',
    },
  ),
  guests: oneOf<PartnerSubject, keyof typeof guests>('Their guests and members', guests, 'delete', {
    told: 'Their people',
    demand: 'Choose what becomes of their guests and members.',
  }),
} as const;

export type PartnerOptions = Chosen<typeof partnerChoices>;
