/** What can be made to go wrong between Teams and the bot, and what is written down of it. */
export interface Fault {
  /**
   * `twice` hands the next activities to the bot two times, as Teams does after a slow answer. `slow` waits before it does
   * what it is asked; `hangs` does it at once, and says so late; `lost` does it, and the connection breaks. `late` keeps
   * back the bot's answer to whoever tapped.
   */
  kind: '429' | '502' | '412' | '408' | '403' | '400' | 'twice' | 'slow' | 'hangs' | 'lost' | 'late';
  count: number;
  /** Of which of the bot’s calls, where not of all that come: an edit is a PUT. */
  method?: 'GET' | 'POST' | 'PUT' | undefined;
  retryAfterSeconds?: number | undefined;
  /** How long `slow`, `hangs` and `late` take. */
  waitMs?: number | undefined;
}

export interface RecordedRequest {
  at: string;
  from: 'bot' | 'teams';
  method: string;
  path: string;
  status: number;
  body?: unknown;
}
