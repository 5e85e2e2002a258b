import { formatPercent, formatPoints } from "../../base/format-number.ts";
import type { WinnerComparison } from "../../evaluate/verdict.ts";
import { intervalBar } from "../charts.ts";
import { type Html, html } from "../html.ts";
import type { Words } from "../../words/en/en.ts";
import { errorInWords } from "../../words/fact.ts";
import type { ReportView } from "../report-view.ts";
import type { FailedRecipe, MeasuredRecipe } from "../../runs/run-record.ts";
import { trainingSummary } from "../../runs/training-summary.ts";

/** Every recipe in one table: accuracy as a bar with its interval, the distance to the winner, the cost. */
export function recipesSection(view: ReportView): Html {
  const { run, measured, failed, words } = view;
  const { recipes } = words.reportResults;
  const { columns } = recipes;
  const hasHoldout = measured.some(({ holdout }) => holdout !== null);
  return html`<section aria-labelledby="recipes">
    <h2 id="recipes">${recipes.title}</h2>
    <p class="note">
      ${recipes.folds(run.folds, Math.max(1, ...measured.map(({ repeats = 1 }) => repeats)))}
      <span class="drawn">${recipes.bar}</span> ${recipes.behindMeans}
    </p>
    <div class="scroll" tabindex="0" role="region" aria-label="${recipes.table}">
      <table>
        <thead>
          <tr>
            <th scope="col">${columns.recipe}</th>
            <th scope="col" class="drawn">${columns.drawn}</th>
            <th scope="col" class="number">${columns.accuracy}</th>
            <th scope="col" class="number">${columns.behind}</th>
            <th scope="col" class="number">${columns.macroF1}</th>
            ${hasHoldout ? html`<th scope="col" class="number">${columns.holdout}</th>` : null}
            <th scope="col" class="number">${columns.time}</th>
          </tr>
        </thead>
        <tbody>
          ${measured.map((recipe) => measuredRow(recipe, view, hasHoldout))}
          ${failed.map((recipe) => failedRow(recipe, hasHoldout ? 6 : 5, words))}
        </tbody>
      </table>
    </div>
  </section>`;
}

function measuredRow(recipe: MeasuredRecipe, { run, verdict, words }: ReportView, hasHoldout: boolean): Html {
  const { forms, reportResults } = words;
  const { recipes } = reportResults;
  const { accuracy, macroF1, holdout, seconds, megabytes } = recipe;
  const isWinner = recipe.name === run.winner;
  const { isCutShort = false } = trainingSummary(recipe) ?? {};
  const comparison = verdict.comparisons.find(({ against }) => against === recipe.name);
  return html`<tr${isWinner ? html` class="best"` : null}>
    <th scope="row">${recipe.name}${isWinner ? html`<span class="badge">${recipes.first}</span>` : null}
      ${isCutShort ? html`<span class="under">${recipes.cutShort}</span>` : null}
      <span class="under">${recipe.backbones.join(" + ")} · ${recipe.layer} · ${recipes.features(recipe.dimensions)}</span></th>
    <td class="drawn">${intervalBar(accuracy, isWinner ? "winner" : "other")}</td>
    <td class="number">${formatPercent(accuracy.mean)}
      <span class="under">${forms.percents(accuracy.low, accuracy.high)}</span></td>
    <td class="number">${comparison === undefined ? null : behindCell(comparison, words)}</td>
    <td class="number">${macroF1.toFixed(3)}</td>
    ${hasHoldout ? html`<td class="number">${holdout === null ? "" : formatPercent(holdout)}</td>` : null}
    <td class="number">${forms.seconds(seconds.total)}
      <span class="under">${recipes.seconds(seconds.features, seconds.fit)}</span>
      ${megabytes === undefined || seconds.onePhoto === undefined ? null : html`<span class="under">${recipes.cost(megabytes, seconds.onePhoto * 1000)}</span>`}</td>
  </tr>`;
}

function behindCell(
  { difference, low, high, isClear, isCutShort }: WinnerComparison,
  { forms, reportResults: { recipes } }: Words,
): Html {
  const doubt = isClear ? "" : recipes.behindNotClear;
  return html`${formatPoints(difference)}
    <span class="under"
      >${forms.range(formatPoints(low), formatPoints(high))}${isCutShort ? recipes.behindCutShort : doubt}</span
    >`;
}

function failedRow({ name, backbones, error }: FailedRecipe, columns: number, words: Words): Html {
  const { text, hint, original } = errorInWords(error, words);
  const { leftOut, failed } = words.reportResults.recipes;
  const why = error.code === "E_TIME" ? leftOut(text) : failed(text);
  return html`<tr>
    <th scope="row">${name}<span class="under">${backbones.join(" + ")}</span></th>
    <td colspan="${columns}">
      <span class="wrong">${why}</span> <code>${error.code}</code>
      <span class="under">${hint}</span
      >${original === "" ? null : html`<span class="under">${original}</span>`}
    </td>
  </tr>`;
}
