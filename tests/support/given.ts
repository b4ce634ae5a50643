import type { ExchangeRight } from '../../bot/graph/access.ts';
import type { PartnerOptions } from '../../bot/partners/choices.ts';
import type { Options } from '../../bot/people/choices.ts';
import type { User } from '../../infra/local/tenant/seedSchema.ts';
import type { Exchange, TenantData } from '../../infra/local/tenant/server.ts';

/** For whom, with which choices and in which tenant a step has everything to do that it can do. */
interface Setting {
  /** jane where left out. */
  person?: string;
  /** luca where left out. */
  successor?: string;
  /** Beside `everythingAsked`. */
  options?: Partial<Options>;
  /** The organization that a partner’s step is tried on: by its name. */
  partner?: string;
  /** Beside those that the plan card proposes for a partner. */
  partnerOptions?: Partial<PartnerOptions>;
  /** Changes Contoso beforehand. */
  change?(data: TenantData): void;
  /** Looks at Exchange Online where it may, although it does not declare it. */
  looksAtExchange?: ExchangeRight;
  /** Writes that concern somebody or something else than the person. */
  alsoWrites?: { why: string; is(write: Exchange): boolean };
  /** What of others or of nobody it changes. */
  alsoChanges?: { why: string; parts: (keyof TenantData)[] };
  /** Refused a second time, rather than done quietly, as long as reads are old. */
  refusedWhileOld?: string;
  /** Done a second time as long as reads are old: why that does no harm. */
  doubledWhileOld?: string;
  /** Undo takes back less than all of it. */
  undoLeaves?: { why: string; parts: (keyof TenantData)[] };
  /** To do it twice does harm, or tells people twice: after a lost answer it is looked for first. */
  once?: true;
}

/** Gives the person something new of the kind that the step takes away, or says why there is no such thing. */
type Later =
  | { later(data: TenantData, person: User): void; nothingCanCome?: never }
  | { nothingCanCome: string; later?: never };

export type Given = Setting & Later;
