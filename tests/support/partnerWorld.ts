import { type Clock, systemClock } from '../../bot/clock.ts';
import { createLog } from '../../bot/log.ts';
import type { Partner } from '../../bot/partners/partner.ts';
import { PartnerLooks, type Seen } from '../../bot/partners/partnerLooks.ts';
import { type StepWorld, startStepWorld } from './stepWorld.ts';
import type { TestTenantOptions } from './tenant.ts';

export interface PartnerWorld extends StepWorld {
  looks(clock?: Clock): PartnerLooks;
  /** All that a new look sees in the end. */
  seen(): Promise<Seen>;
}

/** A Contoso in which other organizations have something, and the bot's own clients on it. */
export async function startPartnerWorld(options: TestTenantOptions = {}): Promise<PartnerWorld> {
  const world = await startStepWorld({ ...options, partners: true });
  const looks = (clock = systemClock) =>
    new PartnerLooks({ graph: world.graph, clock, readAccess: world.readAccess, log: createLog('silent') });
  return {
    ...world,
    looks,
    async seen() {
      const look = await looks().current();
      await look.whole;
      return look.seen();
    },
  };
}

export function partnerNamed({ partners }: Seen, name: string): Partner {
  const found = partners.find((partner) => partner.name === name);
  if (found === undefined) throw new Error(`${name} is not among ${partners.map((one) => one.name).join(', ')}`);
  return found;
}
