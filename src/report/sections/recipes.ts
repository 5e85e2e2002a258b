import { formatPercent, formatPoints, formatSeconds } from "../../base/format-number.ts";
import type { WinnerComparison } from "../../evaluate/verdict.ts";
import { intervalBar } from "../charts.ts";
import { type Html, html } from "../html.ts";
import type { ReportView } from "../report-view.ts";
import type { FailedRecipe, MeasuredRecipe } from "../../runs/run-record.ts";
import { trainingSummary } from "../../runs/training-summary.ts";

/** Every recipe in one table: accuracy as a bar with its interval, the distance to the winner, the cost. */
export function recipesSection(view: ReportView): Html {
  const { run, measured, failed } = view;
  const hasHoldout = measured.some(({ holdout }) => holdout !== null);
  return html`<section aria-labelledby="recipes">
    <h2 id="recipes">Recipes</h2>
    <p class="note">
      All on the same ${run.folds} folds.
      <span class="drawn">The bar is the accuracy from 0 to 100 %, the whisker its 95 % interval.</span>
      “Behind” is measured image by image, which tells small differences apart better than two intervals do.
    </p>
    <div class="scroll" tabindex="0" role="region" aria-label="Recipes, table">
      <table>
        <thead>
          <tr>
            <th scope="col">Recipe</th>
            <th scope="col" class="drawn">Accuracy and 95 % interval</th>
            <th scope="col" class="number">Accuracy</th>
            <th scope="col" class="number">Behind, points</th>
            <th scope="col" class="number">Macro F1</th>
            ${hasHoldout ? html`<th scope="col" class="number">Holdout</th>` : null}
            <th scope="col" class="number">Time</th>
          </tr>
        </thead>
        <tbody>
          ${measured.map((recipe) => measuredRow(recipe, view, hasHoldout))}
          ${failed.map((recipe) => failedRow(recipe, hasHoldout ? 6 : 5))}
        </tbody>
      </table>
    </div>
  </section>`;
}

function measuredRow(recipe: MeasuredRecipe, { run, verdict }: ReportView, hasHoldout: boolean): Html {
  const { accuracy, macroF1, holdout, seconds } = recipe;
  const isWinner = recipe.name === run.winner;
  const { isCutShort = false } = trainingSummary(recipe) ?? {};
  const comparison = verdict.comparisons.find(({ against }) => against === recipe.name);
  return html`<tr${isWinner ? html` class="best"` : null}>
    <th scope="row">${recipe.name}${isWinner ? html`<span class="badge">first</span>` : null}
      ${isCutShort ? html`<span class="under">cut short: its epochs were used up</span>` : null}
      <span class="under">${recipe.backbones.join(" + ")} · ${recipe.layer} · ${recipe.dimensions} features</span></th>
    <td class="drawn">${intervalBar(accuracy, isWinner ? "winner" : "other")}</td>
    <td class="number">${formatPercent(accuracy.mean)}
      <span class="under">${formatPercent(accuracy.low)} to ${formatPercent(accuracy.high)}</span></td>
    <td class="number">${comparison === undefined ? null : behindCell(comparison)}</td>
    <td class="number">${macroF1.toFixed(3)}</td>
    ${hasHoldout ? html`<td class="number">${holdout === null ? "" : formatPercent(holdout)}</td>` : null}
    <td class="number">${formatSeconds(seconds.total)}
      <span class="under">features ${formatSeconds(seconds.features)}, fit ${formatSeconds(seconds.fit)}</span></td>
  </tr>`;
}

function behindCell({ difference, low, high, isClear, isCutShort }: WinnerComparison): Html {
  return html`${formatPoints(difference)}
    <span class="under"
      >${formatPoints(low)} to
      ${formatPoints(high)}${isCutShort ? ", cut short" : isClear ? "" : ", not clear"}</span
    >`;
}

function failedRow({ name, backbones, error }: FailedRecipe, columns: number): Html {
  return html`<tr>
    <th scope="row">${name}<span class="under">${backbones.join(" + ")}</span></th>
    <td colspan="${columns}">
      <span class="wrong">Failed: ${error.message}</span> <code>${error.code}</code>
      <span class="under">${error.hint}</span>
    </td>
  </tr>`;
}
