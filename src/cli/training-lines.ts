import type { WorkEvent } from "../base/events.ts";
import type { Words } from "../words/en/en.ts";
import { workInWords } from "../words/fact.ts";
import { type RateMeter, secondsLeft } from "../base/progress.ts";

type ProgressEvent = Extract<WorkEvent, { type: "progress" }>;

/** What a line is made of beside its title: the most wanted first, so that a narrow terminal cuts the least. */
export interface LineParts {
  /** `epoch 3 of 10`, `loss 0.412`, `validation 87.5 %`, `2 min left` */
  readonly needed: readonly string[];
  /** `1.4 steps/s`, where there is room. */
  readonly spare: string;
}

/** Follows trainings through their events, for the figures that a line about one is made of. */
export interface TrainingFollower {
  /** Call it for every event. */
  see(event: WorkEvent): void;
  /** Null for progress of other work. Time left counts the folds still to come. */
  partsOf(event: ProgressEvent, meter: RateMeter, nowMs: number): LineParts | null;
}

/** Follows trainings by their events: tells how the one under way does, and when it will end. */
export function followTrainings({ forms, progress }: Words): TrainingFollower {
  const validation = new Map<string, number>();
  const made = new Map<string, Map<number, number>>();
  return {
    see: (event) => {
      if (event.type === "metric" && event.values["validationAccuracy"] !== undefined)
        validation.set(keyOf(event), event.values["validationAccuracy"]);
      if (event.type === "progress" && isTrainingEnd(event)) {
        const { family, fold } = workOf(event);
        const folds = made.get(family) ?? new Map<number, number>();
        made.set(family, folds.set(fold, (folds.get(fold) ?? 0) + event.total));
      }
    },
    partsOf: (event, meter, nowMs) => {
      const { epoch, epochs, loss } = event.values ?? {};
      if (epoch === undefined || loss === undefined) return null;
      const accuracy = validation.get(keyOf(event));
      const left = timeLeft(event, meter, { nowMs, made: made.get(workOf(event).family) ?? new Map() });
      return {
        needed: [
          progress.epoch(epoch, epochs ?? epoch),
          progress.loss(loss),
          ...(accuracy === undefined ? [] : [progress.validation(accuracy)]),
          ...(left === null ? [] : [progress.left(Math.max(1, left))]),
        ],
        spare: meter.rate === null ? "" : progress.stepRate(forms.rate(meter.rate, "steps")),
      };
    },
  };
}

/** `fine-tune fold 2 of 5`: equal for events of one piece of work, in whatever language it is shown. */
export function keyOf({ stage, place }: Pick<ProgressEvent, "stage" | "place">): string {
  return place?.of === undefined ? stage : `${stage} fold ${place.fold} of ${place.of}`;
}

/** The same for people. */
export function titleOf(
  { stage, place = {}, fact }: Pick<ProgressEvent, "stage" | "place" | "fact">,
  words: Words,
): string {
  const { part, recipe = stage, fold = "", of } = place;
  const { progress } = words;
  const training = part === undefined ? stage : progress.training({ stage, recipe, part });
  const name = workInWords(fact, words)?.stage ?? training;
  return of === undefined ? name : progress.fold(name, fold, of);
}

/** True for the event that ends a training. */
export function isTrainingEnd({ values }: ProgressEvent): boolean {
  return values?.["bestEpoch"] !== undefined;
}

/** `fine-tune fold 2 of 5: 10 epochs in 33 s, epoch 7 kept, validation 87.5 %` */
export function trainingSummary(event: ProgressEvent, seconds: number | null, words: Words): string {
  const { epochs = 0, bestEpoch = 0, validationAccuracy: validation = null } = event.values ?? {};
  return words.progress.trained(titleOf(event, words), epochs, { seconds, bestEpoch, validation });
}

/** A training and its refit make one fold's work together; so do those of the new layers alone. */
function workOf({ stage, place = {} }: ProgressEvent): { family: string; fold: number } {
  const { recipe, part = stage, fold } = place;
  return { family: `${recipe} ${families[part] ?? part}`, fold: typeof fold === "number" ? fold : 0 };
}

const families: Readonly<Record<string, string>> = { refit: "training", "refit head": "head" };

/**
 * Seconds until the last fold is trained: the rest of this one, and for each to come as many steps as those that are
 * done took, since they may stop early. Null while no rate is known. `made`: steps so far by fold.
 */
function timeLeft(
  event: ProgressEvent,
  meter: RateMeter,
  { nowMs, made }: { nowMs: number; made: ReadonlyMap<number, number> },
): number | null {
  const { total, place, values } = event;
  const expected = total + (values?.["stepsAfter"] ?? 0);
  const here = secondsLeft(meter, expected, nowMs);
  if (here === null || typeof place?.fold !== "number" || place.of === undefined) return here;
  const done = [...made].filter(([fold]) => fold !== place.fold).map(([, steps]) => steps);
  const each =
    done.length === 0
      ? expected + (made.get(place.fold) ?? 0)
      : done.reduce((sum, steps) => sum + steps, 0) / done.length;
  return here + ((place.of - place.fold) * each) / meter.rate!;
}
