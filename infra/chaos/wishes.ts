import type { Random } from './random.ts';

export const helpdesk = ['hana@contoso.com', 'kwame@contoso.com', 'bjarne@contoso.com'];
export const approvers = ['arno@contoso.com', 'priya@contoso.com', 'omar@contoso.com', 'sofia@contoso.com'];

/** People of the local tenant of whom each is difficult in another way; its README says how. */
const leavers = [
  'jane@contoso.com',
  'dariusz@contoso.com',
  "sean.o'brien@contoso.com",
  'alex.kim@contoso.com',
  'alex.kim2@contoso.com',
  'zoe@contoso.com',
  'lizzie.fraser@contoso.com',
  'mei-ling@contoso.com',
  'noor@contoso.com',
  'hendrik@contoso.com',
  'tomasz@contoso.com',
  'aisha@contoso.com',
  'amara@contoso.com',
  'hiroshi@contoso.com',
  'gabriela@contoso.com',
  'dmitri@contoso.com',
  'ilse@contoso.com',
  'yuki@contoso.com',
  'youssef@contoso.com',
  'anders@contoso.com',
  'rafael@contoso.com',
  'solveig@contoso.com',
  'gregor.weiss@fabrikam.com',
];

/** One at most in a round: of two, nobody could tell whose policy it is. */
const partners = ['relecloud.com', 'treyresearch.net', 'vanarsdel.com'];

/** One case that somebody is to ask for. */
export interface Wish {
  who: string;
  /** Whether it is another organization. */
  isPartner: boolean;
  requester: string;
  urgent: boolean;
  /** Answers to the plan card; what it proposes where left out. */
  inputs: Record<string, string>;
  /** The case's number, once Signoff has told it. */
  caseId: number | null;
  /** When it was last asked for, by the real clock. */
  askedAt: number;
}

export function drawWishes(random: Random, count: number): Wish[] {
  const unasked = { caseId: null, askedAt: Number.NEGATIVE_INFINITY };
  const people = random
    .shuffled(leavers)
    .slice(0, count)
    .map((who) => ({
      who,
      isPartner: false,
      requester: random.oneOf(helpdesk),
      urgent: random.chance(0.4),
      inputs: random.chance(0.6) ? drawInputs(random) : {},
      ...unasked,
    }));
  const partner = {
    who: random.oneOf(partners),
    isPartner: true,
    requester: random.oneOf(helpdesk),
    urgent: false,
    inputs: { wait: '0', guests: random.oneOf(['delete', 'keep']) },
    ...unasked,
  };
  return random.chance(0.5) ? [partner, ...people.slice(1)] : people;
}

function drawInputs(random: Random): Record<string, string> {
  const endState = random.oneOf(['shared', 'keep', 'inactive', 'delete']);
  return {
    endState,
    devices: random.oneOf(['retire', 'wipe', 'leave']),
    appData: String(random.chance(0.4)),
    hold: String(random.chance(0.4)),
    forwardMail: String(random.chance(0.5)),
    exportContent: String(random.chance(0.5)),
    cancelMeetings: String(random.chance(0.8)),
  };
}
