/**
 * Maps `items` with at most `limit` calls under way and yields the outcomes in the order of the items.
 * A failed call throws when its turn comes; the calls behind it are left to end unobserved.
 */
export async function* mapInOrder<T, R>(
  items: Iterable<T>,
  limit: number,
  work: (item: T) => Promise<R>,
): AsyncGenerator<R> {
  const pending: Promise<R>[] = [];
  for (const item of items) {
    const outcome = work(item);
    outcome.catch(() => undefined); // told when its turn comes
    pending.push(outcome);
    if (pending.length >= limit) yield await pending.shift()!;
  }
  for (const outcome of pending) yield await outcome;
}
