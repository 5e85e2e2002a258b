import {
  formatCount,
  formatPercent,
  formatQuantity,
  formatSeconds,
  keepUnits,
} from "../../base/format-number.ts";
import { type Html, html } from "../html.ts";
import type { ReportView } from "../report-view.ts";

/** The verdict, before anything else, and the five numbers that a reader looks for next. */
export function openingSection(view: ReportView): Html {
  const { run, verdict } = view;
  const day = run.startedAt.slice(0, 16).replace("T", " ");
  return html`<header>
    <p class="eyebrow"><b>Rootstock</b> · ${run.dataset.path} · ${day} UTC</p>
    <h1>${keepUnits(verdict.headline)}</h1>
    <p class="lead">${keepUnits(verdict.text)}</p>
    <dl class="facts">
      ${facts(view).map(
        ([name, value, more]) =>
          html`<div>
            <dt>${name}</dt>
            <dd>${value}${more === "" ? null : html` <small>${more}</small>`}</dd>
          </div>`,
      )}
    </dl>
  </header>`;
}

function facts({ run, winner }: ReportView): (readonly [string, string, string])[] {
  const { dataset } = run;
  const skipped = dataset.skipped.length;
  const seconds = (Date.parse(run.finishedAt) - Date.parse(run.startedAt)) / 1000;
  return [
    ...(winner === null
      ? []
      : ([
          [
            "accuracy",
            formatPercent(winner.accuracy.mean),
            `95 %: ${formatPercent(winner.accuracy.low)} to ${formatPercent(winner.accuracy.high)}`,
          ],
          ...(winner.holdout === null
            ? []
            : [["on the holdout", formatPercent(winner.holdout), "scored once, at the end"] as const]),
          ["macro F1", winner.macroF1.toFixed(3), "every class counts the same"],
        ] as const)),
    ["images", formatCount(dataset.images), formatQuantity(dataset.classes.length, "class", "classes")],
    [
      "skipped",
      formatCount(skipped),
      skipped === 0 ? "every image could be read" : "named under data health",
    ],
    ["the run took", formatSeconds(seconds), formatQuantity(run.recipes.length, "recipe")],
  ];
}
