import type { ErrorRecord } from "../../base/errors.ts";
import { formatCount } from "../../base/format-number.ts";
import { shareBar } from "../charts.ts";
import { type Html, html } from "../html.ts";
import type { Words } from "../../words/en/en.ts";
import { errorInWords } from "../../words/fact.ts";
import type { ReportView } from "../report-view.ts";
import type { RunRecord } from "../../runs/run-record.ts";

/** What the run was given: classes and their sizes, what could not be read and why, what deserves a look. */
export function dataHealthSection({ run, words }: ReportView): Html {
  const { dataset } = run;
  return html`<section aria-labelledby="data">
    <h2 id="data">${words.reportRun.data.title}</h2>
    <p class="note">${overview(run, words)}</p>
    ${run.leak == null ? null : html`<p class="note">${words.reportRun.data.leak(run.leak)}</p>`}
    ${run.lockedTest == null ? null : html`<p class="note">${words.comparison.lockedTest(run.lockedTest.images, run.lockedTest.looks)}</p>`}
    ${dataset.warnings.map((warning) => warningLine(warning, words))} ${balanceTable(run, words)}
    ${dataset.skipped.length > 0 ? skippedTable(run, words) : null}
    ${dataset.ignored.count > 0 ? ignoredLine(run, words) : null}
  </section>`;
}

function overview({ dataset, images }: RunRecord, { reportRun: { data }, verdict }: Words): string {
  const sizes = new Map<string, number>();
  for (const { group } of images) if (group !== null) sizes.set(group, (sizes.get(group) ?? 0) + 1);
  const groups = [...sizes.values()].filter((size) => size > 1);
  const grouped = groups.reduce((sum, size) => sum + size, 0);
  return verdict.join([
    data.usable(dataset.images, dataset.classes.length),
    groups.length === 0 ? data.noCopies : data.copies(grouped, groups.length),
    dataset.skipped.length === 0 ? data.allRead : data.unread(dataset.skipped.length),
  ]);
}

function warningLine(warning: ErrorRecord, words: Words): Html {
  const { text, hint, original } = errorInWords(warning, words);
  return html`<p class="warning">${text} ${hint} ${original} <code>${warning.code}</code></p>`;
}

function balanceTable({ dataset }: RunRecord, { reportRun: { data } }: Words): Html {
  const { columns } = data;
  const { classes, counts } = dataset;
  const most = Math.max(1, ...counts.map(({ training, holdout }) => training + holdout));
  const hasHoldout = counts.some(({ holdout }) => holdout > 0);
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${data.table}">
    <table>
      <thead>
        <tr>
          <th scope="col">${columns.class}</th>
          <th scope="col" class="number">${columns.folds}</th>
          ${hasHoldout ? html`<th scope="col" class="number">${columns.holdout}</th>` : null}
          <th scope="col">${columns.largest}</th>
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

/** Rows of skipped files that a page carries; `run.json` has them all. */
const longestSkipped = 1000;

/** All of them up to a thousand, so that the list can be worked through; long ones are folded. */
function skippedTable({ dataset }: RunRecord, words: Words): Html {
  const { data } = words.reportRun;
  const count = dataset.skipped.length;
  const isLong = count > 20;
  const summary = count > longestSkipped ? data.showSome(longestSkipped, count) : data.showAll(count);
  const table = html`<div class="scroll" tabindex="0" role="region" aria-label="${data.skippedTable}">
    <table>
      <thead>
        <tr>
          ${data.skippedColumns.map((name) => html`<th scope="col">${name}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${dataset.skipped.slice(0, longestSkipped).map((skipped) => skippedRow(skipped, words))}
      </tbody>
    </table>
  </div>`;
  return html`<h3>${data.skipped}</h3>
    ${
      isLong
        ? html`<details>
            <summary>${summary}</summary>
            ${table}
          </details>`
        : table
    }`;
}

function skippedRow({ path, ...error }: RunRecord["dataset"]["skipped"][number], words: Words): Html {
  const { text, hint, original } = errorInWords(error, words);
  return html`<tr>
    <td class="path">${path}</td>
    <td><code>${error.code}</code></td>
    <td>
      ${text}<span class="under">${hint}</span
      >${original === "" ? null : html`<span class="under">${original}</span>`}
    </td>
  </tr>`;
}

function ignoredLine({ dataset }: RunRecord, { reportRun: { data } }: Words): Html {
  const { count, examples } = dataset.ignored;
  return html`<p class="note">
    ${data.ignored(count)}<span class="path"
      >${examples.join(data.comma)}${count > examples.length ? `${data.comma}…` : ""}</span
    >
  </p>`;
}
