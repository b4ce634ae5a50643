import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { caseOn, isOnRecord, type SpareTap } from './cards.ts';
import { type Finding, judge } from './judge.ts';
import { randomOf, roundSeed } from './random.ts';
import { type Rehearsal, startRehearsal } from './rehearsal.ts';
import { Robots, seats } from './robots.ts';
import { isClosed, readSnapshot, type Snapshot } from './snapshot.ts';
import { Storm, type Trouble } from './storm.ts';
import { drawWishes } from './wishes.ts';

export interface Round {
  round: number;
  seconds: number;
  cases: number;
  closed: number;
  steps: number;
  taps: number;
  kills: number;
  spares: number;
  retried: number;
  weather: Readonly<Record<string, number>>;
  findings: Finding[];
  /** Why the disk could not be filled; null when it could. */
  endlessDisk: string | null;
}

export interface Plan {
  seed: number;
  round: number;
  troubles: readonly Trouble[];
  longestStormMs: number;
  /** Where a round that fails leaves the database, the bot's log and the chats. */
  keep: string;
}

const hour = 3_600_000;
/** By the real clock. */
const mostChangesInStorm = 25;
const longestSettlingMs = 120_000;
const quietMs = 500;

/** Opens cases, lets everything go wrong for a while, lets it end in peace, and has it judged. */
export async function playRound({ seed, round, troubles, longestStormMs, keep }: Plan): Promise<Round> {
  const began = performance.now();
  const random = randomOf(roundSeed(seed, round));
  const storm = new Storm(random, troubles);
  const rehearsal = await startRehearsal(random, storm.watch);
  try {
    const { teams, tenant, bot, disk } = rehearsal;
    const robots = new Robots(teams, tenant.data, random, drawWishes(random, random.between(3, 5)));
    await bot.start();
    for (const person of seats) await teams.open(person);
    // Whether they can ask is soon seen; what they asked for is to meet the storm.
    while (await robots.ask(3000));
    // Some storms come while plans are drawn up, most when the first step has begun.
    if (random.chance(0.7)) await work(rehearsal, robots, { longestMs: 30_000, enough: () => storm.writes > 0 });
    const begun = storm.writes;
    const enough = () => storm.writes - begun >= mostChangesInStorm;
    const besides = () => robots.dabble();
    await storm.rage(rehearsal, () => work(rehearsal, robots, { longestMs: longestStormMs, besides, enough }));
    // Calm; and the bot starts once more, as it would with the next release.
    await rehearsal.skip(0);
    robots.forget();
    for (const person of seats) await teams.say(person, 'help');
    await work(rehearsal, robots, { longestMs: longestSettlingMs });
    const spares = await pressSpares(rehearsal, robots);
    if (spares.length > 0) await work(rehearsal, robots, { longestMs: longestSettlingMs });
    await bot.stop();
    const snapshot = readSnapshot(rehearsal.database);
    const fell = bot.fell.filter(({ at }) => !storm.diskWasFull(at)).map(({ said }) => said);
    const chats = await chatsOf(rehearsal);
    const findings = judge({
      snapshot,
      before: rehearsal.before,
      after: tenant.data,
      requests: tenant.requests(),
      chats,
      accepted: robots.accepted,
      spares,
      fell,
    });
    if (findings.length > 0) keepEvidence(join(keep, `round-${round}`), rehearsal, snapshot, findings, [...chats]);
    return {
      round,
      seconds: (performance.now() - began) / 1000,
      cases: snapshot.cases.length,
      closed: snapshot.cases.filter(isClosed).length,
      steps: snapshot.case_steps.filter(({ attempt }) => attempt > 0).length,
      taps: robots.taps,
      kills: bot.kills,
      spares: spares.length,
      retried: snapshot.journal.filter(({ what }) => what === 'retried').length,
      weather: { ...storm.counts, ...(bot.fell.length > 0 && { fell: bot.fell.length }) },
      findings,
      endlessDisk: disk.endless,
    };
  } finally {
    await rehearsal.close();
  }
}

interface Work {
  longestMs: number;
  /** What else people do meanwhile. */
  besides?: () => Promise<boolean>;
  enough?: () => boolean;
}

/** Presses what is to be pressed, and lets time go by where only time is waited for, until every case is closed. */
async function work(rehearsal: Rehearsal, robots: Robots, { longestMs, besides, enough }: Work): Promise<void> {
  const until = performance.now() + longestMs;
  while (performance.now() < until && !enough?.()) {
    // People are not as fast as programs.
    if (await besides?.()) await sleep(100);
    if (await robots.finish()) continue;
    if (performance.now() - rehearsal.lastActivity() < quietMs) {
      await sleep(50);
      continue;
    }
    const snapshot = readSnapshot(rehearsal.database);
    const now = Date.now();
    const busy = snapshot.wakeups.some(({ running, due_at }) => running === 1 || due_at <= now);
    const open = snapshot.cases.some((row) => !isClosed(row));
    const due = snapshot.wakeups
      // Signoff looks after open cases for ever, and for days after what it ordered: where none is open, nothing comes of it.
      .filter(
        ({ queue, due_at: at }) => (open || queue !== 'watch') && at > now && at - now < (open ? 12 : 0.25) * hour,
      )
      .map(({ due_at }) => due_at);
    if (!busy && due.length === 0 && robots.allAsked) return;
    const waitMs = Math.min(...due) - now;
    if (busy || due.length === 0 || !(waitMs > 2500)) await sleep(Math.min(500, Math.max(50, waitMs || 500)));
    else await rehearsal.skip(waitMs + 50);
  }
}

/** Somebody presses a button of each card that is not on record, as people do who do not know which is which. */
async function pressSpares(rehearsal: Rehearsal, robots: Robots): Promise<SpareTap[]> {
  const snapshot = readSnapshot(rehearsal.database);
  const tapped = new Set<string>();
  const taps: SpareTap[] = [];
  for (const candidate of await robots.candidates()) {
    const { person, message } = candidate;
    const key = `${message.conversationId} ${message.id}`;
    if (caseOn(message) === null || isOnRecord({ snapshot }, message) || tapped.has(key)) continue;
    tapped.add(key);
    const outcome = await robots.press(candidate);
    const answer = outcome.kind === 'card' ? 'the card as it is now' : outcome.text;
    const refused = /is not one that Signoff posted here|Something went wrong/.test(answer);
    taps.push({ person, card: message.summary ?? '', answer, refused });
  }
  return taps;
}

async function chatsOf({ teams, tenant }: Rehearsal) {
  const idOf = (upn: string) => tenant.data.users.find(({ userPrincipalName }) => userPrincipalName === upn)?.id ?? upn;
  return new Map(await Promise.all(seats.map(async (person) => [idOf(person), await teams.messages(person)] as const)));
}

function keepEvidence(
  folder: string,
  { bot, tenant }: Rehearsal,
  snapshot: Snapshot,
  findings: Finding[],
  chats: unknown,
): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'findings.json'), JSON.stringify(findings, null, 2));
  writeFileSync(join(folder, 'database.json'), JSON.stringify(snapshot, null, 2));
  writeFileSync(join(folder, 'chats.json'), JSON.stringify(chats, null, 2));
  writeFileSync(join(folder, 'requests.json'), JSON.stringify(tenant.requests(), null, 1));
  writeFileSync(join(folder, 'signoff.log'), bot.log.join('\n'));
}
