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

/** A gate that lets one call through at a time, in the order they came; a failed call does not close it. */
export function oneAtATime(): <R>(work: () => Promise<R>) => Promise<R> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const outcome = last.then(work, work);
    last = outcome.catch(() => undefined);
    return outcome;
  };
}
