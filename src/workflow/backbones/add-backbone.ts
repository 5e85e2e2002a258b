import { existsSync, statSync } from "node:fs";
import { resolve } from "node:path";
import type { Card } from "../../backbones/card.ts";
import {
  type Ask,
  type CardAnswers,
  answerOne,
  answerQuestions,
  layerQuestion,
  pixelAnswers,
} from "../../backbones/card-questions.ts";
import { isPublished } from "../../backbones/catalogue.ts";
import { checkCard } from "../../backbones/check-card.ts";
import { type NetworkFacts, describeNetwork, imageInputOf } from "../../backbones/describe-network.ts";
import { formatCard } from "../../backbones/format-card.ts";
import { openWeightsFile } from "../../backbones/open-weights-file.ts";
import { cardPathOf, parseCard } from "../../backbones/read-card.ts";
import { namingPath } from "../../backbones/weights/open-weights.ts";
import { recogniseFile } from "../../backbones/weights/recognise-file.ts";
import { RootstockError } from "../../base/errors.ts";
import { type Run, type WorkOptions, startRun } from "../../base/events.ts";
import { readModelFile } from "../../engine/read-model-file.ts";
import { writeFileAtomic } from "../../files/atomic-write.ts";
import { hashFile } from "../../files/hash-file.ts";
import type { Model } from "../../graph/graph.ts";
import { type Trial, tryBackbone } from "./try-backbone.ts";
import { beginning } from "../../words/fact.ts";
import { type EngineOptions, useEngine } from "../use-engine.ts";

export type { Ask, CardAnswers } from "../../backbones/card-questions.ts";
export { namesImagenet } from "../../backbones/describe-network.ts";

/** What is known for the card, and what it is tried on. */
export interface AddOptions extends WorkOptions, EngineOptions {
  /** What the card shall say, by flag; the rest is asked, guessed, or missing. */
  readonly answers?: CardAnswers | undefined;
  /** How a person is asked; null or absent: there is nobody. */
  readonly ask?: Ask | null | undefined;
  /** Folder of photos to try the card on; drawn pictures without one. */
  readonly photos?: string | undefined;
  /** Replace a card that is there; default: refuse. */
  readonly force?: boolean | undefined;
}

/** `backbones add --json` */
export interface AddedBackbone {
  readonly cardPath: string;
  readonly card: Card;
  /** Why the network cannot be trained; null where it can. */
  readonly untrainable: string | null;
  readonly trial: Trial;
}

/**
 * Writes the card of a network's file, `<file>.card.yaml`. Of an ONNX file what the graph tells is read off it, of
 * weights what their architecture says is taken over; the rest is given, asked or guessed. The card is tried on a few
 * pictures first, and nothing is written when that fails.
 * Throws E_CARD for a card that is there already or a network that takes no pictures, E_USAGE with every flag that is
 * missing, E_OPTION for an answer that cannot be meant, E_WEIGHTS for a file of another kind or of no known
 * architecture, and what `readModelFile` and `tryBackbone` throw.
 */
export function addBackbone(file: string, options: AddOptions = {}): Run<AddedBackbone> {
  return startRun(async (report) => {
    const { photos = null, force = false, signal } = options;
    const path = resolve(file);
    requireFile(file);
    requireNoCard(path, force);
    const kind = await namingPath(path, async () => await recogniseFile(path));
    const sha256 = await hashFile(path, { signal });
    const work = { ...options, file, sha256 };
    const { fields, model, untrainable } = await (kind === "onnx" ? describeOnnx : describeWeights)(
      path,
      work,
    );
    const yaml = await formatCard(fields);
    const card = await parseCard(yaml, cardPathOf(file));
    checkCard(card, model.graph, file);
    report(beginning("tryCard", { name: card.name, photos }));
    await using inUse = await useEngine(options);
    const { engine } = inUse;
    const backbone = { card, name: card.name, sha256, model, path };
    const trial = await tryBackbone(backbone, { photos, engine, signal });
    await writeFileAtomic(cardPathOf(path), yaml);
    return { cardPath: cardPathOf(path), card, untrainable, trial };
  });
}

interface Described {
  readonly fields: Card;
  readonly model: Model;
  readonly untrainable: string | null;
}

type DescribeOptions = AddOptions & { readonly file: string; readonly sha256: string };

async function describeOnnx(path: string, options: DescribeOptions): Promise<Described> {
  const { answers = {}, ask = null, signal, file, sha256 } = options;
  const model = await readModelFile(path, signal ? { signal } : {});
  const input = imageInputOf(model.graph, file);
  const answered = await answerQuestions(path, input, { answers, ask });
  const { untrainable, ...facts } = describeNetwork(
    model,
    { ...answered.preprocessing, name: input.name },
    file,
  );
  const defaultLayer = await answerOne(layerQuestion({ ...facts, untrainable }), { answers, ask });
  return { fields: cardOf(answered, { ...facts, defaultLayer }, sha256), model, untrainable };
}

/** The architecture answers for pixels and layers; source and licence are its own for the published file alone. */
async function describeWeights(path: string, options: DescribeOptions): Promise<Described> {
  const { answers = {}, ask = null, signal, sha256 } = options;
  const { card, model } = await openWeightsFile(path, { signal });
  const { width, height } = card.preprocessing;
  const input = { name: model.graph.inputs[0]!.name, width, height };
  const known = isPublished(card.name, sha256) ? { source: card.source, licence: card.licence } : {};
  const guesses = { name: card.name, paper: card.paper, ...known, ...pixelAnswers(card.preprocessing) };
  const answered = await answerQuestions(path, input, { answers, ask, guesses });
  const facts = { ...card, untrainable: null };
  const defaultLayer = await answerOne(layerQuestion(facts), { answers, ask });
  const fields = cardOf(answered, { ...facts, defaultLayer }, sha256);
  const { architecture = card.name, notes } = card;
  return {
    fields: { ...fields, architecture, ...(notes === undefined ? {} : { notes }) },
    model,
    untrainable: null,
  };
}

/** The fields in the order that people read them. */
function cardOf(
  {
    name,
    source,
    licence,
    paper,
    preprocessing,
  }: Pick<Card, "name" | "source" | "licence" | "paper" | "preprocessing">,
  { parameters, defaultLayer, isTrainable, layers }: Omit<NetworkFacts, "untrainable">,
  sha256: string,
): Card {
  const about = { name, source, sha256, licence, paper, parameters };
  return { ...about, preprocessing, defaultLayer, isTrainable, layers };
}

function requireFile(file: string): void {
  if (statSync(file, { throwIfNoEntry: false })?.isFile()) return;
  throw new RootstockError(
    "E_FILE",
    `backbones add: expected a file of a network, got ${JSON.stringify(file)}, which ${existsSync(file) ? "is a folder" : "does not exist"}.`,
    { hint: "Give the path of an .onnx, .pth or .safetensors file." },
  );
}

function requireNoCard(path: string, force: boolean): void {
  const cardPath = cardPathOf(path);
  if (force || !existsSync(cardPath)) return;
  throw new RootstockError("E_CARD", `${JSON.stringify(cardPath)}: there is a card already.`, {
    hint: "Edit it, or write a new one over it with --force.",
  });
}
