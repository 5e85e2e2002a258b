import { basename, extname } from "node:path";
import { RootstockError } from "../base/errors.ts";
import type { Preprocessing } from "../graph/preprocessing.ts";
import {
  parseInterpolation,
  parseName,
  parsePixels,
  parseResize,
  parseSize,
  parseWords,
  pixelScales,
} from "./card-answers.ts";
import type { Card } from "./card.ts";
import type { ImageInput, NetworkFacts } from "./describe-network.ts";

/** What a person can say for a card, by the name of its command-line flag. */
export type CardFlag =
  "name" | "source" | "licence" | "paper" | "pixels" | "size" | "resize" | "interpolation" | "layer";

/** Answers by flag, as a person gave them. */
export type CardAnswers = Readonly<Partial<Record<CardFlag, string>>>;

/** One thing that a card needs. */
export interface CardQuestion<T> {
  readonly flag: CardFlag;
  readonly text: string;
  /** Taken when nobody says otherwise; null where a guess would only mislead. */
  readonly guess: string | null;
  /** Throws E_OPTION or E_LAYER for an answer that cannot be meant. */
  parse(answer: string): T;
}

/** How a question is put to a person; `fault` says what was wrong with the last answer. */
export type Ask = (question: CardQuestion<unknown>, fault: string | null) => Promise<string>;

type Answered = Pick<Card, "name" | "source" | "licence" | "paper" | "preprocessing">;

/**
 * Everything about a network that its graph does not tell: from the answers given, else by asking, else the guess
 * (`guesses`: what is known better than the questions' own).
 * Throws E_USAGE listing every flag that is missing when there is nobody to ask.
 */
export async function answerQuestions(
  path: string,
  input: ImageInput,
  { answers, ask, guesses = {} }: { answers: CardAnswers; ask: Ask | null; guesses?: CardAnswers },
): Promise<Answered> {
  const guessed = <T>(question: CardQuestion<T>): CardQuestion<T> => {
    return { ...question, guess: guesses[question.flag] ?? question.guess };
  };
  const { name, source, licence, paper, pixels, size } = openingQuestions(path, input);
  const first = [name, source, licence, paper, pixels, size].map((question) => guessed<unknown>(question));
  if (ask === null) requireAnswers(first, answers);
  const answer = <T>(question: CardQuestion<T>): Promise<T> => answerOne(guessed(question), { answers, ask });
  const about = {
    name: await answer(name),
    source: await answer(source),
    licence: await answer(licence),
    paper: await answer(paper),
  };
  const scale = await answer(pixels);
  const isKnown = isFixed(input) && answers.size === undefined;
  const pixelSize = isKnown ? { width: input.width, height: input.height } : await answer(size);
  const { resize, interpolation } = resizeQuestions(pixelSize);
  const preprocessing: Preprocessing = {
    ...pixelSize,
    ...(await answer(resize)),
    interpolation: await answer(interpolation),
    ...scale,
  };
  return { ...about, preprocessing };
}

/** The answer that was given, else the person's, asked again until it can be meant, else the guess. */
export async function answerOne<T>(
  question: CardQuestion<T>,
  { answers, ask }: { answers: CardAnswers; ask: Ask | null },
): Promise<T> {
  const given = answers[question.flag];
  if (given !== undefined) return question.parse(given);
  if (ask === null) return question.parse(question.guess!);
  for (let fault: string | null = null; ;) {
    const said = (await ask(question, fault)).trim();
    try {
      return question.parse(said === "" ? (question.guess ?? "") : said);
    } catch (error) {
      if (!(error instanceof RootstockError)) throw error;
      fault = error.message;
    }
  }
}

/** Where features are taken when nobody says; any layer that was found can be chosen. */
export function layerQuestion({ layers, defaultLayer }: NetworkFacts): CardQuestion<string> {
  const names = layers.map(({ name }) => name);
  return {
    flag: "layer",
    text: `default layer, of ${names.join(" ")}`,
    guess: defaultLayer,
    parse: (answer) => {
      if (names.includes(answer)) return answer;
      throw new RootstockError("E_LAYER", `layer "${answer}": not found in this network.`, {
        hint: `It has ${names.join(", ")}.`,
      });
    },
  };
}

/** A preprocessing in the words of the flags. */
export function pixelAnswers(preprocessing: Preprocessing): CardAnswers {
  const { width, height, resize, interpolation, scale, mean, std, colour } = preprocessing;
  return {
    size: `${width}x${height}`,
    resize: resize.kind === "shortSide" ? String(resize.size) : resize.kind,
    interpolation,
    pixels: `${scale} ${mean} ${std} ${colour}`,
  };
}

function openingQuestions(path: string, input: ImageInput) {
  const stem = basename(path, extname(path)).replace(/[^\w.-]+/g, "_");
  const words = (flag: CardFlag, text: string): CardQuestion<string> => ({
    flag,
    text,
    guess: null,
    parse: parseWords(`--${flag}`),
  });
  return {
    name: { flag: "name", text: "name in tables and reports", guess: stem, parse: parseName },
    source: words("source", "where the weights come from (address, library, who trained them)"),
    licence: words("licence", "licence of the weights, like Apache-2.0"),
    paper: { flag: "paper", text: "paper to cite", guess: "", parse: (answer: string) => answer.trim() },
    pixels: {
      flag: "pixels",
      text: `how pixels become numbers: ${Object.keys(pixelScales).join(", ")}, or SCALE MEAN STD`,
      guess: null,
      parse: parsePixels,
    },
    size: {
      flag: "size",
      text: "size of its input in pixels, like 224",
      guess: isFixed(input) ? `${input.width}x${input.height}` : null,
      parse: sizeOfInput(input),
    },
  } as const satisfies Record<string, CardQuestion<unknown>>;
}

function resizeQuestions({ width, height }: { width: number; height: number }) {
  return {
    resize: {
      flag: "resize",
      text: "short side before the centre is cropped, in pixels; or exact (stretched), or none",
      // 256 for 224, as torchvision and most others do
      guess: width === height ? String(Math.round((width * 256) / 224)) : "exact",
      parse: parseResize,
    },
    interpolation: {
      flag: "interpolation",
      text: "bilinear or bicubic",
      guess: "bilinear",
      parse: parseInterpolation,
    },
  } as const satisfies Record<string, CardQuestion<unknown>>;
}

type FixedInput = ImageInput & { readonly width: number; readonly height: number };

function isFixed(input: ImageInput): input is FixedInput {
  return input.width !== null && input.height !== null;
}

/** A size that the file fixes cannot be another. */
function sizeOfInput(input: ImageInput): typeof parseSize {
  return (answer) => {
    const size = parseSize(answer);
    if (!isFixed(input) || (size.width === input.width && size.height === input.height)) return size;
    throw new RootstockError(
      "E_OPTION",
      `--size: expected ${input.width}x${input.height}, which the file fixes, got ${JSON.stringify(answer)}.`,
    );
  };
}

function requireAnswers(questions: readonly CardQuestion<unknown>[], answers: CardAnswers): void {
  const missing = questions.filter(({ flag, guess }) => guess === null && answers[flag] === undefined);
  if (missing.length === 0) return;
  throw new RootstockError(
    "E_USAGE",
    `backbones add: expected ${missing.map(({ flag }) => `--${flag}`).join(", ")}; there is no terminal to ask on.`,
    { hint: missing.map(({ flag, text }) => `--${flag}: ${text}`).join("\n  ") },
  );
}
