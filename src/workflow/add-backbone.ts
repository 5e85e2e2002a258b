import { existsSync } from "node:fs";
import { resolve } from "node:path";
import type { Card } from "../backbones/card.ts";
import {
  type Ask,
  type CardAnswers,
  answerOne,
  answerQuestions,
  layerQuestion,
} from "../backbones/card-questions.ts";
import { checkCard } from "../backbones/check-card.ts";
import { type NetworkFacts, describeNetwork, imageInputOf } from "../backbones/describe-network.ts";
import { formatCard } from "../backbones/format-card.ts";
import { cardPathOf, parseCard } from "../backbones/read-card.ts";
import { RootstockError } from "../base/errors.ts";
import { type Run, type WorkOptions, startRun } from "../base/events.ts";
import { readModelFile } from "../engine/read-model-file.ts";
import { writeFileAtomic } from "../files/atomic-write.ts";
import { hashFile } from "../files/hash-file.ts";
import { type Trial, tryBackbone } from "./try-backbone.ts";
import { type EngineOptions, useEngine } from "./use-engine.ts";

export type { Ask, CardAnswers } from "../backbones/card-questions.ts";
export { namesImagenet } from "../backbones/describe-network.ts";

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
 * Writes the card of an .onnx file, `<file>.card.yaml`: what the graph tells is read off it, the rest is given, asked
 * or guessed. The card is tried on a few pictures first, and nothing is written when that fails.
 * Throws E_CARD for a card that is there already or a network that takes no pictures, E_USAGE with every flag that is
 * missing, E_OPTION for an answer that cannot be meant, and what `readModelFile` and `tryBackbone` throw.
 */
export function addBackbone(file: string, options: AddOptions = {}): Run<AddedBackbone> {
  return startRun(async (report) => {
    const { answers = {}, ask = null, photos = null, force = false, signal } = options;
    const path = resolve(file);
    requireOnnx(file);
    requireNoCard(path, force);
    const model = await readModelFile(path, signal ? { signal } : {});
    const input = imageInputOf(model.graph, file);
    const answered = await answerQuestions(path, input, { answers, ask });
    const { untrainable, ...facts } = describeNetwork(
      model,
      { ...answered.preprocessing, name: input.name },
      file,
    );
    const defaultLayer = await answerOne(layerQuestion({ ...facts, untrainable }), { answers, ask });
    const sha256 = await hashFile(path, { signal });
    const yaml = await formatCard(cardOf(answered, { ...facts, defaultLayer }, sha256));
    const card = await parseCard(yaml, cardPathOf(file));
    checkCard(card, model.graph, file);
    report({ type: "stage", stage: `try ${card.name}`, message: photos ?? "drawn pictures" });
    await using inUse = await useEngine(options);
    const { engine } = inUse;
    const backbone = { card, name: card.name, sha256, model, path };
    const trial = await tryBackbone(backbone, { photos, engine, signal });
    await writeFileAtomic(cardPathOf(path), yaml);
    return { cardPath: cardPathOf(path), card, untrainable, trial };
  });
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

function requireOnnx(file: string): void {
  if (/\.onnx$/i.test(file)) return;
  throw new RootstockError("E_USAGE", `backbones add: expected an .onnx file, got ${JSON.stringify(file)}.`, {
    hint: "Weights of a known architecture (.pth, .safetensors) need no card: give the file to --backbone. Others: export to ONNX.",
  });
}

function requireNoCard(path: string, force: boolean): void {
  const cardPath = cardPathOf(path);
  if (force || !existsSync(cardPath)) return;
  throw new RootstockError("E_CARD", `${JSON.stringify(cardPath)}: there is a card already.`, {
    hint: "Edit it, or write a new one over it with --force.",
  });
}
