import type { ErrorRecord } from "../../base/errors.ts";
import { formatCount, formatQuantity } from "../../base/format-number.ts";
import { shareBar } from "../charts.ts";
import { type Html, html } from "../html.ts";
import type { ReportView } from "../report-view.ts";
import type { RunRecord } from "../../runs/run-record.ts";

/** What the run was given: classes and their sizes, what could not be read and why, what deserves a look. */
export function dataHealthSection({ run }: ReportView): Html {
  const { dataset } = run;
  return html`<section aria-labelledby="data">
    <h2 id="data">Data health</h2>
    <p class="note">${overview(run)}</p>
    ${dataset.warnings.map(warningLine)} ${balanceTable(run)}
    ${dataset.skipped.length > 0 ? skippedTable(run) : null}
    ${dataset.ignored.count > 0 ? ignoredLine(run) : null}
  </section>`;
}

function overview({ dataset, images }: RunRecord): string {
  const sizes = new Map<string, number>();
  for (const { group } of images) if (group !== null) sizes.set(group, (sizes.get(group) ?? 0) + 1);
  const groups = [...sizes.values()].filter((size) => size > 1);
  const grouped = groups.reduce((sum, size) => sum + size, 0);
  const sentences = [
    `${formatQuantity(dataset.images, "usable image")} in ${formatQuantity(dataset.classes.length, "class", "classes")}.`,
    groups.length === 0
      ? "No two are copies of each other."
      : `${formatCount(grouped)} belong to ${formatQuantity(groups.length, "group")} of copies or related pictures, ` +
        "which never part between folds and count as one in every interval.",
    dataset.skipped.length === 0
      ? "Every image could be read."
      : `${formatQuantity(dataset.skipped.length, "image")} could not be used and ${dataset.skipped.length === 1 ? "was" : "were"} skipped.`,
  ];
  return sentences.join(" ");
}

function warningLine({ code, message, hint }: ErrorRecord): Html {
  return html`<p class="warning">${message} ${hint} <code>${code}</code></p>`;
}

function balanceTable({ dataset }: RunRecord): Html {
  const { classes, counts } = dataset;
  const most = Math.max(1, ...counts.map(({ training, holdout }) => training + holdout));
  const hasHoldout = counts.some(({ holdout }) => holdout > 0);
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Images of each class, table">
    <table>
      <thead>
        <tr>
          <th scope="col">Class</th>
          <th scope="col" class="number">In the folds</th>
          ${hasHoldout ? html`<th scope="col" class="number">Holdout</th>` : null}
          <th scope="col">Against the largest</th>
        </tr>
      </thead>
      <tbody>
        ${classes.map((name, k) => {
          const { training, holdout } = counts[k]!;
          return html`<tr>
            <th scope="row">${name}</th>
            <td class="number">${formatCount(training)}</td>
            ${hasHoldout ? html`<td class="number">${formatCount(holdout)}</td>` : null}
            <td>${shareBar((training + holdout) / most)}</td>
          </tr>`;
        })}
      </tbody>
    </table>
  </div>`;
}

/** All of them, so that the list can be worked through; long ones are folded. */
function skippedTable({ dataset }: RunRecord): Html {
  const isLong = dataset.skipped.length > 20;
  const table = html`<div class="scroll" tabindex="0" role="region" aria-label="Skipped images, table">
    <table>
      <thead>
        <tr>
          <th scope="col">File</th>
          <th scope="col">Code</th>
          <th scope="col">Why, and what helps</th>
        </tr>
      </thead>
      <tbody>
        ${dataset.skipped.map(
          ({ path, code, message, hint }) =>
            html`<tr>
              <td class="path">${path}</td>
              <td><code>${code}</code></td>
              <td>${message}<span class="under">${hint}</span></td>
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
  return html`<h3>Skipped</h3>
    ${
      isLong
        ? html`<details>
            <summary>Show all ${dataset.skipped.length}</summary>
            ${table}
          </details>`
        : table
    }`;
}

function ignoredLine({ dataset }: RunRecord): Html {
  const { count, examples } = dataset.ignored;
  return html`<p class="note">
    ${formatQuantity(count, "file")} that ${count === 1 ? "is no image was" : "are no images were"} ignored:
    <span class="path">${examples.join(", ")}${count > examples.length ? ", …" : ""}</span>
  </p>`;
}
