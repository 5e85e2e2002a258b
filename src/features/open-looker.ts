import type { WorkOptions } from "../base/events.ts";
import type { Engine, Feeds, Session } from "../engine/engine.ts";
import { readPictures, seePictures } from "../engine/look-at-pictures.ts";
import type { PictureFile, SeenPicture } from "../engine/picture-file.ts";
import type { Model } from "../graph/graph.ts";
import type { Preprocessing } from "../graph/preprocessing.ts";
import type { Tensor } from "../graph/tensor.ts";
import { pictureModel } from "./picture-model.ts";

/** A network whose only output is `features` [N, D], and how it wants its pixels. */
export interface FeatureNetwork {
  readonly model: Model;
  readonly preprocessing: Preprocessing;
  /** Pictures a run. */
  readonly batchSize: number;
}

/** A feature network that takes files. */
export interface Looker extends AsyncDisposable {
  /** Pictures a look: those of the network's own batch, where its file fixes one. */
  readonly batchSize: number;
  /** D. */
  readonly columns: number;
  /** At most `batchSize` pictures, in their order. Throws E_ENGINE and the signal's reason. */
  look(pictures: readonly PictureFile[]): Promise<readonly SeenPicture[]>;
}

/** Pictures under way at most, from reading to features: what a kill may cost beside a segment. */
export const picturesUnderWay = 32;

/**
 * Loads a feature network with its preprocessing in front. Pictures are read and decoded by the threads that compute,
 * where the runtime has such, else here. `known`: hashes of pictures that are scanned at most, never computed.
 * Throws E_ENGINE, E_OPERATOR and the signal's reason.
 */
export async function openLooker(
  { model, preprocessing, batchSize: wanted }: FeatureNetwork,
  { engine, signal, known = new Set() }: LookerOptions,
): Promise<Looker> {
  const batchSize = fixedBatchOf(model) ?? Math.min(wanted, picturesUnderWay);
  const columns = Number(model.graph.outputs[0]!.dims![1]);
  const whole = pictureModel(model, preprocessing, batchSize);
  const session = await engine.load(whole, { threading: "apart", known, signal });
  return {
    batchSize,
    columns,
    look: async (pictures) =>
      session.look === undefined
        ? await lookHere(pictures, session, { columns, known, signal })
        : await session.look(pictures, { columns, signal }),
    [Symbol.asyncDispose]: async () => await session[Symbol.asyncDispose](),
  };
}

/** On what the network runs. */
export interface LookerOptions extends Pick<WorkOptions, "signal"> {
  readonly engine: Engine;
  readonly known?: ReadonlySet<string> | undefined;
}

async function lookHere(
  pictures: readonly PictureFile[],
  { inputs, outputs, run }: Session,
  {
    columns,
    known,
    signal,
  }: { columns: number; known: ReadonlySet<string>; signal?: AbortSignal | undefined },
): Promise<SeenPicture[]> {
  const read = await readPictures(pictures, { signal, known });
  const runOnce = async (feeds: Feeds): Promise<Record<string, Tensor>> => await run(feeds, { signal });
  return await seePictures(read, { inputs, outputs, columns, run: runOnce }, { signal });
}

/** Networks exported for one batch size say so in their input; most leave it free. */
function fixedBatchOf({ graph }: Model): number | undefined {
  const batch = graph.inputs[0]?.dims?.[0];
  return typeof batch === "number" && batch > 0 ? batch : undefined;
}
