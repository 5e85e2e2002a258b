import { RootstockError } from "../base/errors.ts";
import { formatQuantity } from "../base/format-number.ts";
import type { BundleRecord } from "../bundle/bundle-record.ts";
import { readBundleRecord } from "../bundle/load-model.ts";
import { requireReplaceable } from "../bundle/write-bundle.ts";
import { requirePlace } from "../files/require-place.ts";
import type { Plan } from "./plan.ts";
import type { Study } from "./study.ts";

/** Somebody's model is not lost to a command that was meant for another folder. */
export interface EarlierModel {
  /** Throws E_BUNDLE unless the earlier model is of this recipe, these backbones and this seed: before any work. */
  requireSamePlan(plan: Plan, seed: number): void;
  /** Throws E_BUNDLE unless it was trained on this very data. */
  requireSameData(study: Study): void;
}

/** What may become of a model that is there already. */
export interface ReplaceOptions {
  readonly replace?: boolean | undefined;
  readonly resume?: boolean | undefined;
}

/**
 * What lies in the folder that a model is to be written to. A model of the same recipe, backbones, seed and data may be
 * made again, and one whose training was interrupted may be gone on with (`resume`); any other one is kept unless
 * `replace` says otherwise. Throws E_BUNDLE for anything else that lies there.
 */
export async function openEarlierModel(
  folder: string,
  { replace = false, resume = false }: ReplaceOptions,
): Promise<EarlierModel> {
  await requirePlace(folder, "folder");
  await requireReplaceable(folder);
  const record = replace ? null : await recordOf(folder);
  const isFree = record === null || (resume && record.chosen["stoppedBy"] === "interruption");
  const require = (isSame: boolean): void => {
    if (!isFree && !isSame) throw wouldBeLost(folder, record);
  };
  return {
    requireSamePlan: (plan, seed) => require(sameText(madeBy(record), plannedBy(plan, seed))),
    requireSameData: ({ digest }) => require(record?.data.digest === digest),
  };
}

/** Null where there is none. */
async function recordOf(folder: string): Promise<BundleRecord | null> {
  return await readBundleRecord(folder).catch((error: unknown) => {
    if (error instanceof RootstockError && error.cause !== undefined) return null; // no file
    throw error;
  });
}

function madeBy(record: BundleRecord | null): unknown {
  return [record?.recipe.resolved, record?.backbones.map(useOf), record?.seed];
}

function plannedBy({ recipe, uses }: Plan, seed: number): unknown {
  return [recipe, uses.map(({ backbone, ...use }) => useOf({ ...backbone, ...use })), seed];
}

function useOf({ sha256, layer, pooling }: { sha256: string; layer: string; pooling: string }): unknown {
  return [sha256, layer, pooling];
}

function sameText(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function wouldBeLost(
  folder: string,
  { recipe, backbones, data, seed, createdAt }: BundleRecord,
): RootstockError {
  const names = backbones.map(({ name }) => name).join(" + ");
  return new RootstockError(
    "E_BUNDLE",
    `${JSON.stringify(folder)}: expected no model, or one of the same recipe, backbones, seed and data, got ` +
      `${recipe.name} on ${names}, ${formatQuantity(data.images, "image")}, seed ${seed}, made on ${createdAt.slice(0, 10)}.`,
    {
      hint: "--replace writes the new model in its place; --out names another folder. Nothing was overwritten.",
    },
  );
}
