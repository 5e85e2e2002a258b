import type { MethodFitOptions } from "../evaluate/method.ts";
import type { FineTunePlan } from "./fine-tune-plan.ts";
import { asFitted } from "./as-fitted.ts";
import { type FineTuneCourse, type FineTuneWork, fineTuneCourse } from "./fine-tune-course.ts";
import type { Freeze } from "./freeze.ts";
import type { HeadShape } from "./head.ts";
import { innerSplit } from "./inner-split.ts";
import type { FittedNetwork, NetworkData, NetworkMethod } from "./network-data.ts";
import { trainAndRefit } from "./refit.ts";
import { type SharedExamples, shareExamples } from "./shared-examples.ts";
import { tunableNetwork } from "./tunable-network.ts";

/**
 * Fine-tuning as a `Method`. What is frozen is computed once for all folds, also for a few variations of each picture;
 * the head starts from closed form when it is linear and is trained on cached features when it is not; then the top
 * groups learn too, more slowly the nearer they are to the input. The epoch with the lowest loss on an inner validation
 * split is kept, and that may be the start: the test fold is never looked at. With `refit`, the same is done once more
 * on all rows for that many epochs.
 */
export function fineTuneMethod(name: string, plan: FineTunePlan, data: NetworkData): NetworkMethod {
  const work = fineTuneWork(name, plan, data);
  return {
    name,
    prepare: async (options) => void (await work.share(options)),
    fit: async (rows, options) => await fitRows(work, rows, options),
  };
}

function fineTuneWork(name: string, plan: FineTunePlan, data: NetworkData): FineTuneWork {
  const network = tunableNetwork(data.backbone, { ...data, upTo: plan.freezeTo });
  const head: HeadShape = {
    dimensions: network.dimensions,
    hidden: plan.head,
    classCount: data.classCount,
    dropout: plan.dropout,
    isNormalised: plan.head.length === 0,
  };
  let shared: Promise<SharedExamples> | null = null;
  return {
    name,
    plan,
    data,
    network,
    head,
    share: (options) => (shared ??= shareExamples({ plan, data, network }, options)),
  };
}

async function fitRows(
  work: FineTuneWork,
  rows: Int32Array,
  options: MethodFitOptions,
): Promise<FittedNetwork> {
  const { plan, data, network, head } = work;
  const { seed } = options;
  const split = innerSplit(rows, { ...data, seed });
  const { found, ...networks } = await trainAndRefit<FineTuneCourse>(
    async (place) => await fineTuneCourse(work, place, options),
    { ...plan, ...options, rows, split },
  );
  const { sourceOf } = await work.share(options);
  return await asFitted({
    ...networks,
    found: found.last,
    source: sourceOf(seed),
    split,
    data,
    head,
    whole: network.whole,
    preprocessing: data.backbone.card.preprocessing,
    origin: { network: "pretrained", frozenTo: frozenTo(network.freeze), size: null },
  });
}

/** The last group kept as it is; "none", or "all" of a network without groups to train. */
function frozenTo({ frozen, unfrozen }: Freeze): string {
  return frozen.at(-1) ?? (unfrozen.length === 0 ? "all" : "none");
}
