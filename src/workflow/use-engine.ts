import type { Engine } from "../engine/engine.ts";
import { openEngine } from "../engine/open-engine.ts";

/** On what the work is computed. */
export interface EngineOptions {
  /** One that is open already, for several pieces of work after each other; it stays open. Default: one of its own. */
  readonly engine?: Engine | undefined;
  /** Of an engine of its own; default: all cores. */
  readonly threads?: number | undefined;
}

/** An engine until the end of a block. */
export interface EngineInUse extends AsyncDisposable {
  readonly engine: Engine;
}

/** The engine that was given, or one of its own, which is closed at the end of the block. */
export async function useEngine({ engine, threads }: EngineOptions): Promise<EngineInUse> {
  if (engine !== undefined) return { engine, [Symbol.asyncDispose]: async () => undefined };
  const own = await openEngine(threads === undefined ? {} : { threads });
  return { engine: own, [Symbol.asyncDispose]: async () => await own[Symbol.asyncDispose]() };
}
