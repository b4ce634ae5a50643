/** What really goes over the wire: the local tenant forgets secrets, so a test that looks for one must see it leave. */
export interface WatchedFetch extends Disposable {
  bodies: string[];
}

export function watchedFetch(): WatchedFetch {
  const original = globalThis.fetch;
  const bodies: string[] = [];
  globalThis.fetch = (input, init) => {
    if (typeof init?.body === 'string') bodies.push(init.body);
    return original(input, init);
  };
  return {
    bodies,
    [Symbol.dispose]() {
      globalThis.fetch = original;
    },
  };
}
