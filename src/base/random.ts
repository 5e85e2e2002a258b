/**
 * Seeded randomness as a value: one generator, passed on and forked by name, never global.
 * Generator: xoshiro128** (Blackman & Vigna, 2018), state filled from the seed by SplitMix32.
 */
export interface Random {
  /** Uniform in [0, 1), 32 bits. */
  next(): number;
  /** Uniform integer in [0, limit); limit from 1 to 2^32. */
  integer(limit: number): number;
  /** Standard normal, Box-Muller. */
  normal(): number;
  /** A new array in random order (Fisher-Yates); the argument is left as it was. */
  shuffle<T>(items: Iterable<T>): T[];
  /** An independent stream, decided by this stream's seed and the name alone, not by draws made so far. */
  fork(name: string | number): Random;
}

/** A generator whose whole future is decided by `seed` (any integer). */
export function createRandom(seed: number): Random {
  const state = fillState(seed >>> 0);
  const bits = (): number => nextBits(state);
  const next = (): number => bits() / 4294967296;
  const integer = (limit: number): number => Math.floor((bits() / 4294967296) * limit);
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
  return {
    next,
    integer,
    normal,
    shuffle: (items) => shuffleWith([...items], integer),
    fork: (name) => createRandom(hashString(`${seed}/${name}`)),
  };
}

function shuffleWith<T>(items: T[], integer: (limit: number) => number): T[] {
  for (let i = items.length - 1; i > 0; i -= 1) {
    const j = integer(i + 1);
    [items[i], items[j]] = [items[j] as T, items[i] as T];
  }
  return items;
}

/** FNV-1a, 32 bits, over UTF-16 code units. */
export function hashString(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}

function fillState(seed: number): Uint32Array {
  const state = new Uint32Array(4);
  let z = seed;
  for (let i = 0; i < 4; i += 1) {
    z = (z + 0x9e3779b9) | 0;
    let t = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
    t = Math.imul(t ^ (t >>> 15), 0x735a2d97);
    state[i] = t ^ (t >>> 15);
  }
  return state;
}

function nextBits(s: Uint32Array): number {
  const product = Math.imul(s[1]!, 5);
  const result = Math.imul((product << 7) | (product >>> 25), 9) >>> 0;
  const t = s[1]! << 9;
  s[2]! ^= s[0]!;
  s[3]! ^= s[1]!;
  s[1]! ^= s[2]!;
  s[0]! ^= s[3]!;
  s[2]! ^= t;
  s[3] = (s[3]! << 11) | (s[3]! >>> 21);
  return result;
}
