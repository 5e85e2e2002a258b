import { formatPercent, formatPoints } from "../../base/format-number.ts";
import { reliabilityDiagram, shareBar } from "../charts.ts";
import { type Html, html } from "../html.ts";
import type { ReportView } from "../report-view.ts";

/** How the winner fares class by class. */
export function classesSection({ run, winner }: ReportView): Html {
  if (winner === null) return html``;
  return html`<section aria-labelledby="classes">
    <h2 id="classes">Class by class</h2>
    <p class="note">
      ${winner.name}. Precision: of the images called so, how many are. Recall: of the images that are, how
      many were called so. F1 joins the two; macro F1, ${winner.macroF1.toFixed(3)}, is the mean over the
      classes.
    </p>
    <div class="scroll" tabindex="0" role="region" aria-label="Classes, table">
      <table>
        <thead>
          <tr>
            <th scope="col">Class</th>
            <th scope="col" class="number">Images</th>
            <th scope="col" class="number">Precision</th>
            <th scope="col" class="number">Recall</th>
            <th scope="col" class="number">F1</th>
            <th scope="col" class="drawn">F1, 0 to 1</th>
          </tr>
        </thead>
        <tbody>
          ${winner.perClass.map(
            ({ precision, recall, f1, support }, k) =>
              html`<tr>
                <th scope="row">${run.dataset.classes[k]!}</th>
                <td class="number">${support}</td>
                <td class="number">${formatPercent(precision)}</td>
                <td class="number">${formatPercent(recall)}</td>
                <td class="number">${f1.toFixed(3)}</td>
                <td class="drawn">${shareBar(f1)}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
  </section>`;
}

/** Whether the winner's probabilities can be believed. */
export function calibrationSection({ winner }: ReportView): Html {
  if (winner === null) return html``;
  const { calibration, logLoss, brier } = winner;
  const filled = calibration.bins.filter(({ count }) => count > 0);
  return html`<section aria-labelledby="calibration">
    <h2 id="calibration">Can its probabilities be believed?</h2>
    <p class="note">
      When ${winner.name} says 80 % it should be right 80 times of 100: points on the dashed line. On average
      it is off by ${formatPoints(calibration.expectedError)} points (expected calibration error). Log loss
      ${logLoss.toFixed(3)}, Brier score ${brier.toFixed(3)}; lower is better for both.
    </p>
    <div class="pair">
      ${reliabilityDiagram(calibration)}
      <div class="scroll" tabindex="0" role="region" aria-label="Calibration, table">
        <table>
          <thead>
            <tr>
              <th scope="col">How sure</th>
              <th scope="col" class="number">Images</th>
              <th scope="col" class="number">Mean confidence</th>
              <th scope="col" class="number">Right</th>
            </tr>
          </thead>
          <tbody>
            ${filled.map(
              ({ low, high, count, confidence, accuracy }) =>
                html`<tr>
                  <th scope="row">${(low * 100).toFixed(0)} to ${(high * 100).toFixed(0)} %</th>
                  <td class="number">${count}</td>
                  <td class="number">${formatPercent(confidence)}</td>
                  <td class="number">${formatPercent(accuracy)}</td>
                </tr>`,
            )}
          </tbody>
        </table>
      </div>
    </div>
  </section>`;
}
