import { formatPercent, formatPoints } from "../../base/format-number.ts";
import type { LabelCurve } from "../../runs/run-record.ts";
import type { Words } from "../../words/en/en.ts";
import { type Axis, type Point, type Whisker, curvePanel } from "../curve-panel.ts";
import { type Html, html } from "../html.ts";
import type { ReportView } from "../report-view.ts";

type Measured = Exclude<LabelCurve, { skipped: unknown }>;
type CurvePoint = Measured["points"][number];
type Said = Words["reportResults"]["labelCurve"];

/** Accuracy against labels spent, in the queue's order and in random order; why not, where it was not measured. */
export function labelCurveSection({ run, words }: ReportView): Html {
  const { labelCurve } = run;
  if (labelCurve == null) return html``;
  const said = words.reportResults.labelCurve;
  return html`<section aria-labelledby="label-curve">
    <h2 id="label-curve">${said.title}</h2>
    ${
      "skipped" in labelCurve
        ? html`<p class="note">${said.skipped[labelCurve.skipped]}</p>`
        : measured(labelCurve, run.dataset.classes.length, said)
    }
  </section>`;
}

function measured(curve: Measured, classCount: number, said: Said): Html {
  const last = curve.points.at(-1)!;
  const { mean: gain, low, high } = last.gain;
  const classes = curve.classes < classCount ? said.classes(curve.classes, classCount) : "";
  return html`<p>${said.verdict({ labels: last.labels, gain, low, high })}</p>
    <p class="note">${said.note(curve)}${classes}</p>
    <div class="pair">
      <figure>
        <figcaption>
          <p class="note keys">
            <span><i class="key queue"></i>${said.keys.queue}</span>
            <span><i class="key random"></i>${said.keys.random}</span>
          </p>
        </figcaption>
        ${chart(curve.points, said)}
      </figure>
      <div class="scroll" tabindex="0" role="region" aria-label="${said.table}">
        ${table(curve.points, said)}
      </div>
    </div>`;
}

/** The whiskers of the two stand a little apart, so that neither hides the other. */
function chart(points: readonly CurvePoint[], said: Said): Html {
  const [first, last] = [points[0]!, points.at(-1)!];
  const apart = (last.labels - first.labels) / 120;
  const curve = (kind: "queue" | "random"): Point[] =>
    points.map((point) => [point.labels, point[kind].mean]);
  const whiskers = (kind: "queue" | "random", shift: number): Whisker[] =>
    points.map(({ labels, [kind]: { low, high } }) => ({ kind, at: labels + shift, low, high }));
  return curvePanel({
    id: "label-curve-chart",
    heading: said.heading,
    description: said.seen(last.labels, last.queue.mean, last.random.mean),
    families: [
      { kind: "random", folds: [curve("random")] },
      { kind: "queue", folds: [curve("queue")] },
    ],
    whiskers: [...whiskers("random", apart), ...whiskers("queue", -apart)],
    x: {
      low: first.labels - 2 * apart,
      high: last.labels + 2 * apart,
      ticks: points.map(({ labels }) => ({ at: labels, text: String(labels) })),
      name: said.axis,
    },
    y: accuracyAxis(points),
  });
}

/** From the ten percent below the lowest interval to the ten above the highest. */
function accuracyAxis(points: readonly CurvePoint[]): Axis {
  const shares = points.flatMap(({ queue, random }) => [queue.low, random.low, queue.high, random.high]);
  const low = Math.floor(Math.min(...shares) * 10);
  const high = Math.max(low + 1, Math.ceil(Math.max(...shares) * 10));
  const step = high - low > 5 ? 2 : 1;
  const ticks = Array.from({ length: Math.floor((high - low) / step) + 1 }, (_, i) => low + i * step);
  return {
    low: low / 10,
    high: high / 10 + 1e-9,
    ticks: ticks.map((at) => ({ at: at / 10, text: String(at * 10) })),
  };
}

function table(points: readonly CurvePoint[], { columns, interval }: Said): Html {
  const cell = ({ mean, low, high }: CurvePoint["gain"], format: (share: number) => string): Html =>
    html`<td class="number">
      ${format(mean)}<span class="under">${interval(format(low), format(high))}</span>
    </td>`;
  return html`<table>
    <thead>
      <tr>
        <th scope="col" class="number">${columns.labels}</th>
        <th scope="col" class="number">${columns.queue}</th>
        <th scope="col" class="number">${columns.random}</th>
        <th scope="col" class="number">${columns.gain}</th>
      </tr>
    </thead>
    <tbody>
      ${points.map(
        ({ labels, queue, random, gain }) =>
          html`<tr>
            <th scope="row" class="number">${labels}</th>
            ${cell(queue, formatPercent)} ${cell(random, formatPercent)} ${cell(gain, formatPoints)}
          </tr>`,
      )}
    </tbody>
  </table>`;
}
