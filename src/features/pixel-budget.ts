/** Decoded pixels held at a time: all that is under way of small photos, five of 24 megapixels. */
export const pixelBudgetBytes = 400e6;

/** Taken for a picture of unknown size: 24 megapixels. */
const unknownBytes = 72e6;

/** Bytes that a picture holds while it is decoded. */
export function decodedBytes({
  width,
  height,
}: {
  readonly width?: number;
  readonly height?: number;
}): number {
  return width === undefined || height === undefined ? unknownBytes : 3 * width * height;
}

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
