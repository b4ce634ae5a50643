import { hasExchangePlan } from './directory.ts';
import type { Mailbox, TenantData, User } from './seedSchema.ts';

/** The type that shows: a conversion takes a while. */
export function purposeOf(mailbox: Mailbox, now: Date): Mailbox['userPurpose'] {
  const { conversion, userPurpose } = mailbox;
  return conversion && now.getTime() < Date.parse(conversion.showsAt) ? conversion.from : userPurpose;
}

/** A regular mailbox goes with its Exchange plan; a shared one stays without. */
export function liveMailbox(data: TenantData, user: User, now: Date): Mailbox | undefined {
  const { mailbox } = user;
  if (!mailbox) return undefined;
  return purposeOf(mailbox, now) === 'user' && !hasExchangePlan(data, user) ? undefined : mailbox;
}
