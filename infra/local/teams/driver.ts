import type { Conversations } from './conversations.ts';
import type { Installer } from './install.ts';
import type { People } from './people.ts';
import type { Screens } from './screens.ts';
import type { Seats } from './seats.ts';
import { type Place, type SeatMessage, type Teams, TeamsError } from './types.ts';

type Driver = Pick<
  Teams,
  | 'open'
  | 'say'
  | 'tap'
  | 'answerFileOffer'
  | 'messages'
  | 'follow'
  | 'waitFor'
  | 'mri'
  | 'setApp'
  | 'setTeamApp'
  | 'remove'
>;

/** Plays people without a page. Whoever speaks or reads in a conversation has it on the screen from then on. */
export function openDriver(
  seats: Seats,
  screens: Screens,
  people: People,
  conversations: Conversations,
  installer: Installer,
): Driver {
  const open = (upn: string, place: Place = 'personal') => {
    const who = `player/${upn.toLowerCase()}/${place}`;
    return screens.looks(who) ? Promise.resolve() : screens.look(who, upn, place);
  };

  async function read(upn: string, place: Place | undefined): Promise<SeatMessage[]> {
    if (place) {
      await open(upn, place);
      return seats.messages(upn, place);
    }
    await open(upn);
    if (!conversations.channel().installed) return seats.messages(upn);
    await open(upn, 'channel');
    return [...(await seats.messages(upn)), ...(await seats.messages(upn, 'channel'))];
  }

  return {
    open,
    async say(upn, text, options) {
      await open(upn, options?.conversation);
      return seats.say(upn, text, options);
    },
    tap: (upn, messageId, action, inputs, where) => seats.tap(upn, messageId, action, inputs, where),
    setApp: installer.setApp,
    setTeamApp: installer.setTeamApp,
    remove(messageId, place = 'channel') {
      const channel = conversations.channel(place);
      const message = conversations.messageIn(channel, messageId);
      if (!message) throw new TeamsError(404, 'NoSuchMessage', `There is no message ${messageId}.`);
      message.deleted = true;
      message.version += 1;
      conversations.changed(channel, { message });
    },
    answerFileOffer: (upn, messageId, answer) => seats.answerFileOffer(upn, messageId, answer),
    async messages(upn, place = 'personal') {
      await open(upn, place);
      await screens.settled();
      return seats.messages(upn, place);
    },
    follow: (upn, hear) => seats.follow(upn, hear),
    async waitFor(upn, predicate, timeoutMs = 30_000, place) {
      let wake: () => void = () => undefined;
      const stop = conversations.onChange(() => wake());
      const until = Date.now() + timeoutMs;
      try {
        for (;;) {
          // The promise stands before the reading, so that a change in between is not missed.
          const changed = new Promise<void>((resolve) => {
            wake = resolve;
          });
          const seen = await read(upn, place);
          const found = seen.find(predicate);
          if (found) return found;
          const left = until - Date.now();
          if (left <= 0) throw new TeamsError(408, 'NothingCame', nothingCame(upn, timeoutMs, seen));
          await Promise.race([changed, pause(left)]);
        }
      } finally {
        stop();
      }
    },
    mri: async (upn) => people.mri(await people.known(upn)),
  };
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms).unref());
}

function nothingCame(upn: string, timeoutMs: number, seen: SeatMessage[]): string {
  const lines = seen.map((each) => `  ${each.from.name}: ${each.text ?? (each.card ? '(a card)' : '(nothing)')}`);
  return [`${upn} did not see it within ${timeoutMs} ms, but saw:`, ...lines].join('\n');
}
