/**
 * Single calls made into calls of `size`: one goes out when it is full, and a smaller one as soon as none is under way,
 * so that the last ones never wait. Every call gets its own outcome; a failed batch fails all of its calls.
 */
export function gatherCalls<T, R>(
  size: number,
  work: (items: readonly T[]) => Promise<readonly R[]>,
): (item: T) => Promise<R> {
  interface Call {
    readonly item: T;
    resolve(outcome: R): void;
    reject(error: unknown): void;
  }
  let gathered: Call[] = [];
  let underWay = 0;
  const send = async (calls: readonly Call[]): Promise<void> => {
    underWay += 1;
    try {
      const outcomes = await work(calls.map(({ item }) => item));
      calls.forEach(({ resolve }, i) => resolve(outcomes[i]!));
    } catch (error) {
      for (const { reject } of calls) reject(error);
    } finally {
      underWay -= 1;
      pump();
    }
  };
  const isDue = (): boolean => gathered.length >= size || (gathered.length > 0 && underWay === 0);
  const pump = (): void => {
    while (isDue()) {
      const calls = gathered.slice(0, size);
      gathered = gathered.slice(size);
      void send(calls);
    }
  };
  return (item) =>
    new Promise((resolve, reject) => {
      gathered.push({ item, resolve, reject });
      pump();
    });
}
