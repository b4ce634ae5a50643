/** Asks for each of many, ten at a time: nobody is held up by a crowd. */
export async function tenAtATime<T, R>(all: readonly T[], ask: (one: T) => Promise<R>): Promise<R[]> {
  const answers: R[] = [];
  let next = 0;
  async function work(): Promise<void> {
    for (let at = next++; at < all.length; at = next++) answers[at] = await ask(all[at] as T);
  }
  await Promise.all(Array.from({ length: Math.min(10, all.length) }, work));
  return answers;
}
