import { formatCount, formatPercent, keepUnits } from "../../base/format-number.ts";
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

function facts({ run, winner, words }: ReportView): (readonly [string, string, string])[] {
  const { dataset } = run;
  const { counts, forms, reportResults } = words;
  const { opening } = reportResults;
  const skipped = dataset.skipped.length;
  const seconds = (Date.parse(run.finishedAt) - Date.parse(run.startedAt)) / 1000;
  return [
    ...(winner === null
      ? []
      : ([
          [
            opening.accuracy,
            formatPercent(winner.accuracy.mean),
            opening.interval(winner.accuracy.low, winner.accuracy.high),
          ],
          ...(winner.holdout === null
            ? []
            : [[opening.holdout, formatPercent(winner.holdout), opening.scoredOnce] as const]),
          [opening.macroF1, winner.macroF1.toFixed(3), opening.countsTheSame],
        ] as const)),
    [opening.images, formatCount(dataset.images), counts.classes(dataset.classes.length)],
    [opening.skipped, formatCount(skipped), skipped === 0 ? opening.allRead : opening.namedBelow],
    [opening.took, forms.seconds(seconds), counts.recipes(run.recipes.length)],
  ];
}
