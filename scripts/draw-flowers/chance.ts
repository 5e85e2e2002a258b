import type { Random } from "../../src/base/random.ts";

/** Uniform in [low, high). */
export function between(random: Random, low: number, high: number): number {
  return low + (high - low) * random.next();
}

/** Uniform whole number from `low` to `high`, both included. */
export function count(random: Random, low: number, high: number): number {
  return low + random.integer(high - low + 1);
}

/** True with the given probability. */
export function chance(random: Random, probability: number): boolean {
  return random.next() < probability;
}

/** One of the items, all equally likely. */
export function pick<T>(random: Random, items: readonly T[]): T {
  return items[random.integer(items.length)] as T;
}

/** One of the keys, each with a probability proportional to its weight. */
export function pickWeighted<K extends string>(random: Random, weights: Readonly<Record<K, number>>): K {
  const entries = Object.entries(weights) as [K, number][];
  let left = random.next() * entries.reduce((sum, [, weight]) => sum + weight, 0);
  for (const [key, weight] of entries) {
    left -= weight;
    if (left < 0) return key;
  }
  return entries[0]![0];
}

/** 1 plus a normal deviation of the given spread, kept within three spreads: a factor for natural variation. */
export function vary(random: Random, spread: number): number {
  return 1 + spread * Math.max(-3, Math.min(3, random.normal()));
}
