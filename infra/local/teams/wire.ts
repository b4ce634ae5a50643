import { type Fault, type RecordedRequest, TeamsError } from './types.ts';

const KEPT_REQUESTS = 500;

/** What went over the wire, and what is to go wrong on it next. */
export class Wire {
  #requests: RecordedRequest[] = [];
  #faults: Fault[] = [];
  readonly #waiting = new Set<() => void>();
  readonly #now: () => number;
  readonly #onRequest: (request: RecordedRequest) => void;

  constructor(now: () => number, onRequest: (request: RecordedRequest) => void = () => undefined) {
    this.#now = now;
    this.#onRequest = onRequest;
  }

  record(from: RecordedRequest['from'], method: string, path: string, status: number, body?: unknown): void {
    const request: RecordedRequest = {
      at: new Date(this.#now()).toISOString(),
      from,
      method,
      path,
      status,
      ...(body ? { body } : {}),
    };
    this.#requests.push(request);
    this.#onRequest(request);
    if (this.#requests.length > KEPT_REQUESTS) this.#requests.shift();
  }

  requests(): RecordedRequest[] {
    return [...this.#requests];
  }

  add(fault: Fault): void {
    if (fault.count > 0) this.#faults.push({ ...fault });
  }

  deliverTwice(): boolean {
    return this.#take((fault) => fault.kind === 'twice') !== undefined;
  }

  /** Throws the next fault that is due for a request of the bot. */
  strike(call: string): void {
    const fault = this.#take(({ kind, method = call }) => /^\d+$/.test(kind) && method === call);
    switch (fault?.kind) {
      case '429':
        throw new TeamsError(429, 'TooManyRequests', 'API calls quota exceeded.', fault.retryAfterSeconds);
      case '502':
        throw new TeamsError(502, 'BadGateway', 'The service is unavailable.', fault.retryAfterSeconds);
      case '412':
        throw new TeamsError(412, 'PreconditionFailed', 'A concurrent operation changed the conversation.');
      case '408':
        throw new TeamsError(408, 'RequestTimeout', 'The service did not answer in time.');
      case '400':
        throw new TeamsError(400, 'BadSyntax', 'The message is not understood.');
      case '403':
        throw new TeamsError(403, 'MessageWritesBlocked', 'The person has blocked or removed the bot.');
    }
  }

  /** Waits where the next request is to be slow. */
  async delay(): Promise<void> {
    const fault = this.#take(({ kind }) => kind === 'slow');
    if (fault) await this.#pause(fault.waitMs);
  }

  /** After a request was carried out: waits where the answer is to be late. @returns whether it is to be lost */
  async holdBack(): Promise<boolean> {
    const fault = this.#take(({ kind }) => kind === 'hangs' || kind === 'lost');
    if (fault?.kind === 'hangs') await this.#pause(fault.waitMs);
    return fault?.kind === 'lost';
  }

  /** Waits where the bot's answer to a tap is to come late. */
  async keepAnswer(): Promise<void> {
    const fault = this.#take(({ kind }) => kind === 'late');
    if (fault) await this.#pause(fault.waitMs);
  }

  /** What is being kept waiting goes on at once. */
  clearFaults(): void {
    this.#faults = [];
    for (const goOn of this.#waiting) goOn();
  }

  clear(): void {
    this.#requests = [];
    this.clearFaults();
  }

  #take(wanted: (fault: Fault) => boolean): Fault | undefined {
    const fault = this.#faults.find(wanted);
    if (!fault) return undefined;
    fault.count -= 1;
    if (fault.count === 0) this.#faults = this.#faults.filter((each) => each !== fault);
    return fault;
  }

  async #pause(ms = 1000): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, ms);
    this.#waiting.add(resolve);
    await promise;
    this.#waiting.delete(resolve);
    clearTimeout(timer);
  }
}
