import { formatCount, formatFigures, formatPercent } from "../../base/format-number.ts";
import { type Axis, type Point, axisFromZero, curvePanel, meanCurve } from "../curve-panel.ts";
import { type Html, html } from "../html.ts";
import type { Words } from "../../words/en/en.ts";
import type { ReportView } from "../report-view.ts";
import type { EpochPoint, FoldTraining, MeasuredRecipe } from "../../runs/run-record.ts";
import { type TrainingSummary, trainingSummary } from "../../runs/training-summary.ts";

/** How the networks were trained: what it took, and the course of it. Nothing where no recipe trains one. */
export function trainingSection({ measured, run, words }: ReportView): Html {
  const trained = measured.flatMap((recipe) => {
    const summary = trainingSummary(recipe);
    return summary === null ? [] : [{ recipe, summary }];
  });
  if (trained.length === 0) return html``;
  const { title, note, table, columns } = words.reportRun.training;
  return html`<section aria-labelledby="training">
    <h2 id="training">${title}</h2>
    <p class="note">${note(run.folds)}</p>
    <div class="scroll" tabindex="0" role="region" aria-label="${table}">
      <table>
        <thead>
          <tr>
            ${columns.map((name, i) => html`<th scope="col" ${i > 0 ? html` class="number"` : null}>${name}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${trained.map(({ recipe, summary }) => summaryRow(recipe, summary, words))}
        </tbody>
      </table>
    </div>
    ${trained.map(({ recipe, summary }, i) => course(recipe, summary, { place: i, words }))}
  </section>`;
}

function summaryRow({ name }: MeasuredRecipe, summary: TrainingSummary, { comparison, forms }: Words): Html {
  const { epochs, bestEpoch, imagesSeen, seconds, rate, trainedFrom } = summary;
  return html`<tr>
    <th scope="row" class="words">${name}<span class="under">${comparison.network(trainedFrom)}</span></th>
    <td class="number">${tenths(epochs)}</td>
    <td class="number">${tenths(bestEpoch)}</td>
    <td class="number">${formatCount(imagesSeen)}</td>
    <td class="number">${forms.seconds(seconds)}</td>
    <td class="number">${rate === null ? "" : formatFigures(rate, 2)}</td>
  </tr>`;
}

function course(
  recipe: MeasuredRecipe,
  summary: TrainingSummary,
  { place, words }: { place: number; words: Words },
): Html {
  const { name, training = [] } = recipe;
  const { training: said } = words.reportRun;
  const id = `course-${place}`;
  const hasTest = training.some(({ rateTest }) => rateTest.length > 0);
  return html`<figure>
    <figcaption>
      <h3>${name}</h3>
      <p class="note keys">
        <span><i class="key training"></i>${said.keys.training}</span>
        <span><i class="key validation"></i>${said.keys.validation}</span>
        <span><i class="key mean"></i>${said.keys.mean}</span>
        <span><i class="key kept"></i>${said.keys.kept}</span>
      </p>
    </figcaption>
    <div class="panels">
      ${lossPanel(recipe, `${id}-loss`, said)} ${accuracyPanel(recipe, `${id}-accuracy`, said)}
      ${hasTest && summary.rate !== null ? ratePanel(recipe, summary.rate, { id: `${id}-rate`, said }) : null}
    </div>
    <details>
      <summary>${said.byEpoch(name)}</summary>
      <div class="scroll" tabindex="0" role="region" aria-label="${said.byEpochTable(name)}">
        ${epochTable(training, said)}
      </div>
    </details>
  </figure>`;
}

type Said = Words["reportRun"]["training"];

function lossPanel({ name, training = [] }: MeasuredRecipe, id: string, said: Said): Html {
  const learnt = foldsOf(training, "loss");
  const held = foldsOf(training, "validationLoss");
  const [first, last] = [meanCurve(learnt).at(0)?.[1] ?? 0, meanCurve(learnt).at(-1)?.[1] ?? 0];
  const lowest = lowestOf(meanCurve(held));
  return curvePanel({
    id,
    heading: said.loss,
    description: said.lossSeen(name, {
      first: first.toFixed(2),
      last: last.toFixed(2),
      lowest: lowest[1].toFixed(2),
      epoch: lowest[0],
    }),
    families: [
      { kind: "training", folds: learnt },
      { kind: "validation", folds: held },
    ],
    x: epochAxis(training, said),
    y: axisFromZero(ceilingOf([...learnt, ...held])),
    marks: keptPoints(held, training),
  });
}

function accuracyPanel({ name, training = [] }: MeasuredRecipe, id: string, said: Said): Html {
  const learnt = foldsOf(training, "accuracy");
  const held = foldsOf(training, "validationAccuracy");
  const [first, last] = [meanCurve(held).at(0)?.[1] ?? 0, meanCurve(held).at(-1)?.[1] ?? 0];
  return curvePanel({
    id,
    heading: said.accuracy,
    description: said.accuracySeen(name, first, last),
    families: [
      { kind: "training", folds: learnt },
      { kind: "validation", folds: held },
    ],
    x: epochAxis(training, said),
    y: shareAxis(Math.min(...[...learnt, ...held].flat().map(([, share]) => share))),
    marks: keptPoints(held, training),
  });
}

/** Loss against the learning rate as it grows; the vertical line is the rate that was trained with. */
function ratePanel(
  { name, training = [] }: MeasuredRecipe,
  rate: number,
  { id, said }: { id: string; said: Said },
): Html {
  const folds = training.map(({ rateTest }) =>
    rateTest.filter(({ loss }) => Number.isFinite(loss)).map((at): Point => [Math.log10(at.rate), at.loss]),
  );
  const start = Math.max(...folds.map((points) => points[0]?.[1] ?? 0));
  const rates = folds.flat().map(([x]) => x);
  const [low, high] = [Math.min(...rates), Math.max(...rates)];
  const decades = Array.from({ length: Math.floor(high) - Math.ceil(low) + 1 }, (_, i) => Math.ceil(low) + i);
  return curvePanel({
    id,
    heading: said.rateTest,
    description: said.rateSeen(name, rate),
    families: [{ kind: "training", folds }],
    x: {
      low,
      high,
      ticks: decades.map((at) => ({ at, text: formatFigures(10 ** at, 2) })),
      name: said.rateAxis,
    },
    y: axisFromZero(Math.min(ceilingOf(folds), 1.6 * start)),
    line: { at: Math.log10(rate), text: said.chosen(rate) },
  });
}

function epochTable(training: readonly FoldTraining[], said: Said): Html {
  const mean = (key: keyof EpochPoint): Map<number, number> => new Map(meanCurve(foldsOf(training, key)));
  const [loss, accuracy] = [mean("loss"), mean("accuracy")];
  const [heldLoss, heldAccuracy, rate] = [mean("validationLoss"), mean("validationAccuracy"), mean("rate")];
  const cell = (text: string | undefined): Html => html`<td class="number">${text ?? ""}</td>`;
  return html`<table>
    <thead>
      <tr>
        ${said.epochColumns.map((name) => html`<th scope="col" class="number">${name}</th>`)}
      </tr>
    </thead>
    <tbody>
      ${[...heldLoss.keys()].map(
        (epoch) =>
          html`<tr>
            <th scope="row" class="number">${epoch === 0 ? said.start : epoch}</th>
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

function epochAxis(training: readonly FoldTraining[], said: Said): Axis {
  const high = Math.max(1, ...training.map(({ epochs }) => epochs.at(-1)?.epoch ?? 0));
  const step = Math.max(1, Math.ceil(high / 5));
  const ticks = Array.from({ length: Math.floor(high / step) + 1 }, (_, i) => i * step);
  return { low: 0, high, ticks: ticks.map((at) => ({ at, text: String(at) })), name: said.epochAxis };
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
