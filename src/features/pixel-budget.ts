/** Admits work, first come first served, while the memory it holds together stays within a bound. */
export interface PixelBudget {
  /** Waits for room for `bytes`, does the work and gives the room back. More than the whole bound runs alone. */
  within<T>(bytes: number, work: () => Promise<T>): Promise<T>;
}

/** A budget of `totalBytes`. */
export function createPixelBudget(totalBytes: number): PixelBudget {
  const waiting: { cost: number; start: () => void }[] = [];
  let free = totalBytes;
  const admit = (): void => {
    while (waiting.length > 0 && waiting[0]!.cost <= free) {
      const { cost, start } = waiting.shift()!;
      free -= cost;
      start();
    }
  };
  return {
    within: async (bytes, work) => {
      const cost = Math.min(bytes, totalBytes);
      await new Promise<void>((start) => {
        waiting.push({ cost, start });
        admit();
      });
      try {
        return await work();
      } finally {
        free += cost;
        admit();
      }
    },
  };
}
