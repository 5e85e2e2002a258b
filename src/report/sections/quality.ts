import { formatPercent } from "../../base/format-number.ts";
import type { Calibration } from "../../evaluate/calibration.ts";
import type { Words } from "../../words/en/en.ts";
import { reliabilityDiagram, shareBar } from "../charts.ts";
import { type Html, html } from "../html.ts";
import type { ReportView } from "../report-view.ts";

/** How the winner fares class by class. */
export function classesSection({ run, winner, words }: ReportView): Html {
  if (winner === null) return html``;
  const { title, note, table, columns } = words.reportResults.classes;
  return html`<section aria-labelledby="classes">
    <h2 id="classes">${title}</h2>
    <p class="note">${note(winner.name, winner.macroF1.toFixed(3))}</p>
    <div class="scroll" tabindex="0" role="region" aria-label="${table}">
      <table>
        <thead>
          <tr>
            <th scope="col">${columns.class}</th>
            <th scope="col" class="number">${columns.images}</th>
            <th scope="col" class="number">${columns.precision}</th>
            <th scope="col" class="number">${columns.recall}</th>
            <th scope="col" class="number">${columns.f1}</th>
            <th scope="col" class="drawn">${columns.drawn}</th>
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
export function calibrationSection({ winner, words }: ReportView): Html {
  if (winner === null) return html``;
  const { calibration, logLoss, brier } = winner;
  const { title, note, table } = words.reportResults.calibration;
  const figures = {
    error: calibration.expectedError,
    logLoss: logLoss.toFixed(3),
    brier: brier.toFixed(3),
  };
  return html`<section aria-labelledby="calibration">
    <h2 id="calibration">${title}</h2>
    <p class="note">${note(winner.name, figures)}</p>
    <div class="pair">
      ${reliabilityDiagram(calibration, words)}
      <div class="scroll" tabindex="0" role="region" aria-label="${table}">
        ${binTable(calibration, words)}
      </div>
    </div>
  </section>`;
}

function binTable({ bins }: Calibration, { reportResults }: Words): Html {
  const { columns, bin } = reportResults.calibration;
  const filled = bins.filter(({ count }) => count > 0);
  return html`<table>
    <thead>
      <tr>
        <th scope="col">${columns.sure}</th>
        <th scope="col" class="number">${columns.images}</th>
        <th scope="col" class="number">${columns.confidence}</th>
        <th scope="col" class="number">${columns.right}</th>
      </tr>
    </thead>
    <tbody>
      ${filled.map(
        ({ low, high, count, confidence, accuracy }) =>
          html`<tr>
            <th scope="row">${bin((low * 100).toFixed(0), (high * 100).toFixed(0))}</th>
            <td class="number">${count}</td>
            <td class="number">${formatPercent(confidence)}</td>
            <td class="number">${formatPercent(accuracy)}</td>
          </tr>`,
      )}
    </tbody>
  </table>`;
}
