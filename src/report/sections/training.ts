import { formatCount, formatFigures, formatPercent, formatSeconds } from "../../base/format-number.ts";
import { type Axis, type Point, axisFromZero, curvePanel, meanCurve } from "../curve-panel.ts";
import { type Html, html } from "../html.ts";
import type { ReportView } from "../report-view.ts";
import type { EpochPoint, FoldTraining, MeasuredRecipe } from "../../runs/run-record.ts";
import { type TrainingSummary, trainingSummary } from "../../runs/training-summary.ts";

/** How the networks were trained: what it took, and the course of it. Nothing where no recipe trains one. */
export function trainingSection({ measured, run }: ReportView): Html {
  const trained = measured.flatMap((recipe) => {
    const summary = trainingSummary(recipe);
    return summary === null ? [] : [{ recipe, summary }];
  });
  if (trained.length === 0) return html``;
  return html`<section aria-labelledby="training">
    <h2 id="training">Training</h2>
    <p class="note">
      Means over the ${run.folds} folds. The kept epoch is the best on an inner validation part, taken from
      each fold’s own training images; no image that a fold is judged on was looked at. A refitted network was
      then trained once more, for as many epochs, on all of the fold’s training images.
    </p>
    <div class="scroll" tabindex="0" role="region" aria-label="Training, table">
      <table>
        <thead>
          <tr>
            <th scope="col">Recipe</th>
            <th scope="col" class="number">Epochs</th>
            <th scope="col" class="number">Kept epoch</th>
            <th scope="col" class="number">Images seen</th>
            <th scope="col" class="number">Time a fold</th>
            <th scope="col" class="number">Highest rate</th>
          </tr>
        </thead>
        <tbody>
          ${trained.map(({ recipe, summary }) => summaryRow(recipe, summary))}
        </tbody>
      </table>
    </div>
    ${trained.map(({ recipe, summary }, i) => course(recipe, summary, i))}
  </section>`;
}

function summaryRow({ name }: MeasuredRecipe, summary: TrainingSummary): Html {
  const { epochs, bestEpoch, imagesSeen, seconds, rate, network } = summary;
  return html`<tr>
    <th scope="row" class="words">${name}<span class="under">${network}</span></th>
    <td class="number">${tenths(epochs)}</td>
    <td class="number">${tenths(bestEpoch)}</td>
    <td class="number">${formatCount(imagesSeen)}</td>
    <td class="number">${formatSeconds(seconds)}</td>
    <td class="number">${rate === null ? "" : formatFigures(rate, 2)}</td>
  </tr>`;
}

function course(recipe: MeasuredRecipe, summary: TrainingSummary, place: number): Html {
  const { name, training = [] } = recipe;
  const id = `course-${place}`;
  const hasTest = training.some(({ rateTest }) => rateTest.length > 0);
  return html`<figure>
    <figcaption>
      <h3>${name}</h3>
      <p class="note keys">
        <span><i class="key training"></i>training</span>
        <span><i class="key validation"></i>inner validation</span>
        <span><i class="key mean"></i>mean, with each fold thin</span>
        <span><i class="key kept"></i>kept epoch of a fold</span>
      </p>
    </figcaption>
    <div class="panels">
      ${lossPanel(recipe, `${id}-loss`)} ${accuracyPanel(recipe, `${id}-accuracy`)}
      ${hasTest && summary.rate !== null ? ratePanel(recipe, summary.rate, `${id}-rate`) : null}
    </div>
    <details>
      <summary>${name}, epoch by epoch</summary>
      <div class="scroll" tabindex="0" role="region" aria-label="${name}, epoch by epoch, table">
        ${epochTable(training)}
      </div>
    </details>
  </figure>`;
}

function lossPanel({ name, training = [] }: MeasuredRecipe, id: string): Html {
  const learnt = foldsOf(training, "loss");
  const held = foldsOf(training, "validationLoss");
  const [first, last] = [meanCurve(learnt).at(0)?.[1] ?? 0, meanCurve(learnt).at(-1)?.[1] ?? 0];
  const lowest = lowestOf(meanCurve(held));
  return curvePanel({
    id,
    heading: "Loss",
    description:
      `${name}, loss by epoch, mean over the folds: training from ${first.toFixed(2)} to ${last.toFixed(2)}; ` +
      `validation lowest at ${lowest[1].toFixed(2)} in epoch ${lowest[0]}.`,
    families: [
      { kind: "training", folds: learnt },
      { kind: "validation", folds: held },
    ],
    x: epochAxis(training),
    y: axisFromZero(ceilingOf([...learnt, ...held])),
    marks: keptPoints(held, training),
  });
}

function accuracyPanel({ name, training = [] }: MeasuredRecipe, id: string): Html {
  const learnt = foldsOf(training, "accuracy");
  const held = foldsOf(training, "validationAccuracy");
  const [first, last] = [meanCurve(held).at(0)?.[1] ?? 0, meanCurve(held).at(-1)?.[1] ?? 0];
  return curvePanel({
    id,
    heading: "Accuracy, %",
    description:
      `${name}, accuracy by epoch, mean over the folds: validation from ${formatPercent(first)} at the start to ` +
      `${formatPercent(last)} at the end.`,
    families: [
      { kind: "training", folds: learnt },
      { kind: "validation", folds: held },
    ],
    x: epochAxis(training),
    y: shareAxis(Math.min(...[...learnt, ...held].flat().map(([, share]) => share))),
    marks: keptPoints(held, training),
  });
}

/** Loss against the learning rate as it grows; the vertical line is the rate that was trained with. */
function ratePanel({ name, training = [] }: MeasuredRecipe, rate: number, id: string): Html {
  const folds = training.map(({ rateTest }) =>
    rateTest.filter(({ loss }) => Number.isFinite(loss)).map((at): Point => [Math.log10(at.rate), at.loss]),
  );
  const start = Math.max(...folds.map((points) => points[0]?.[1] ?? 0));
  const rates = folds.flat().map(([x]) => x);
  const [low, high] = [Math.min(...rates), Math.max(...rates)];
  const decades = Array.from({ length: Math.floor(high) - Math.ceil(low) + 1 }, (_, i) => Math.ceil(low) + i);
  return curvePanel({
    id,
    heading: "Range test: loss by rate",
    description: `${name}, range test: loss while the learning rate grows; ${formatFigures(rate, 2)} was chosen, a third of the rate with the lowest loss.`,
    families: [{ kind: "training", folds }],
    x: {
      low,
      high,
      ticks: decades.map((at) => ({ at, text: formatFigures(10 ** at, 2) })),
      name: "learning rate",
    },
    y: axisFromZero(Math.min(ceilingOf(folds), 1.6 * start)),
    line: { at: Math.log10(rate), text: `chosen ${formatFigures(rate, 2)}` },
  });
}

function epochTable(training: readonly FoldTraining[]): Html {
  const mean = (key: keyof EpochPoint): Map<number, number> => new Map(meanCurve(foldsOf(training, key)));
  const [loss, accuracy] = [mean("loss"), mean("accuracy")];
  const [heldLoss, heldAccuracy, rate] = [mean("validationLoss"), mean("validationAccuracy"), mean("rate")];
  const cell = (text: string | undefined): Html => html`<td class="number">${text ?? ""}</td>`;
  return html`<table>
    <thead>
      <tr>
        <th scope="col" class="number">Epoch</th>
        <th scope="col" class="number">Training loss</th>
        <th scope="col" class="number">Training accuracy</th>
        <th scope="col" class="number">Validation loss</th>
        <th scope="col" class="number">Validation accuracy</th>
        <th scope="col" class="number">Rate at its end</th>
      </tr>
    </thead>
    <tbody>
      ${[...heldLoss.keys()].map(
        (epoch) =>
          html`<tr>
            <th scope="row" class="number">${epoch === 0 ? "start" : epoch}</th>
            ${cell(loss.get(epoch)?.toFixed(3))} ${cell(percentOf(accuracy.get(epoch)))}
            ${cell(heldLoss.get(epoch)?.toFixed(3))} ${cell(percentOf(heldAccuracy.get(epoch)))}
            ${cell(rate.has(epoch) ? formatFigures(rate.get(epoch)!, 2) : undefined)}
          </tr>`,
      )}
    </tbody>
  </table>`;
}

function foldsOf(training: readonly FoldTraining[], key: keyof EpochPoint): Point[][] {
  return training.map(({ epochs }) =>
    epochs.flatMap((point): Point[] => {
      const value = point[key];
      return value === undefined || !Number.isFinite(value) ? [] : [[point.epoch, value]];
    }),
  );
}

function keptPoints(folds: readonly (readonly Point[])[], training: readonly FoldTraining[]): Point[] {
  return folds.flatMap((points, fold) =>
    points.filter(([epoch]) => epoch === training[fold]?.outcome?.bestEpoch),
  );
}

function epochAxis(training: readonly FoldTraining[]): Axis {
  const high = Math.max(1, ...training.map(({ epochs }) => epochs.at(-1)?.epoch ?? 0));
  const step = Math.max(1, Math.ceil(high / 5));
  const ticks = Array.from({ length: Math.floor(high / step) + 1 }, (_, i) => i * step);
  return { low: 0, high, ticks: ticks.map((at) => ({ at, text: String(at) })), name: "epoch" };
}

/** To 100 %, from the tens below the lowest. */
function shareAxis(lowest: number): Axis {
  const low = Math.max(0, Math.floor(lowest * 5) / 5);
  const step = 1 - low > 0.5 ? 0.2 : 0.1;
  const ticks = Array.from({ length: Math.round((1 - low) / step) + 1 }, (_, i) => low + i * step);
  return { low, high: 1 + 1e-9, ticks: ticks.map((at) => ({ at, text: (at * 100).toFixed(0) })) };
}

/** The largest value, save the few highest of a hundred: one spike must not flatten all else. */
function ceilingOf(folds: readonly (readonly Point[])[]): number {
  const values = folds
    .flat()
    .map(([, y]) => y)
    .sort((a, b) => a - b);
  return Math.max(1e-3, (values[Math.ceil(values.length * 0.99) - 1] ?? 1) * 1.02);
}

function lowestOf(points: readonly Point[]): Point {
  return points.reduce((a, b) => (b[1] < a[1] ? b : a), points[0] ?? [0, 0]);
}

const percentOf = (share: number | undefined): string | undefined =>
  share === undefined ? undefined : formatPercent(share);

const tenths = (value: number): string => String(Number(value.toFixed(1)));
