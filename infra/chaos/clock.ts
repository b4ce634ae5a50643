/**
 * Shifts the clock of the process that loads this, as an operator or a time server does: what was set to wait waits as
 * long as before, only what `Date` says is another time. `node --import infra/chaos/clock.ts bot/index.ts` shifts the
 * bot's, which is told by `CLOCK_AHEAD_MS` at the start and by messages of its parent afterwards.
 */
const RealDate = Date;
let aheadMs = Number(process.env.CLOCK_AHEAD_MS ?? 0);
const now = (): number => RealDate.now() + aheadMs;

globalThis.Date = new Proxy(RealDate, {
  construct: (target, given, made) => Reflect.construct(target, given.length === 0 ? [now()] : given, made),
  apply: () => new RealDate(now()).toString(),
  get: (target, name) => (name === 'now' ? now : Reflect.get(target, name)),
});

/** @param ms before (negative) or after the real time */
export function shiftClock(ms: number): void {
  aheadMs = ms;
}

process.on('message', (message: { aheadMs?: unknown }) => {
  if (typeof message.aheadMs === 'number') shiftClock(message.aheadMs);
});
// Whoever only listens must be able to end.
process.channel?.unref();
