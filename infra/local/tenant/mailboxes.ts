import { exchangeUsers, hasExchangePlan } from './directory.ts';
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

/** The same of everybody. */
export function liveMailboxes(data: TenantData, now: Date): { user: User; mailbox: Mailbox }[] {
  const licensed = exchangeUsers(data);
  return data.users.flatMap((user) => {
    const { mailbox } = user;
    if (!mailbox || (purposeOf(mailbox, now) === 'user' && !licensed.has(user.id))) return [];
    return [{ user, mailbox }];
  });
}
