import { formatCount, formatPercent } from "../../base/format-number.ts";
import { cutText } from "../../base/text-width.ts";
import { type Html, embedJson, html } from "../html.ts";
import { photosData } from "../photos-data.ts";
import type { ReportView } from "../report-view.ts";
import type { MeasuredRecipe, RunRecord } from "../../runs/run-record.ts";

/** Beyond this many classes a matrix cannot be read; the most frequent mix-ups are listed instead. */
const largestMatrix = 24;
const longestList = 30;
/** Columns that a name may take in the matrix; the whole of it is in its title. */
const longestName = 28;

/** Who was taken for whom, with the photos behind each cell. */
export function confusionSection(view: ReportView): Html {
  const { run, measured } = view;
  const isSmall = run.dataset.classes.length <= largestMatrix;
  return html`<section aria-labelledby="confusion">
    <h2 id="confusion">What was taken for what</h2>
    <p class="note">
      Rows are the labels, columns what the recipe said while the image was held out. Choose a number to see
      its
      photos.${isSmall ? "" : ` With more than ${largestMatrix} classes, the most frequent mix-ups are listed.`}
      ${thumbnailNote(view)}
    </p>
    ${measured.length > 1 ? chooser(measured) : null}
    ${measured.map((recipe, i) => {
      const table = isSmall ? matrixTable(run, recipe, i) : pairList(run, recipe, i);
      return html`<div
        class="scroll"
        tabindex="0"
        role="region"
        aria-label="Confusion of ${recipe.name}"
        data-matrix="${i}"
        ${i > 0 ? html` hidden` : null}
      >
        ${table}
      </div>`;
    })}
    <div id="photos-drawer" class="drawer" role="status" hidden></div>
    <noscript
      ><p class="note">
        The photos behind the numbers need JavaScript, which this browser has switched off.
      </p></noscript
    >
    <script type="application/json" id="photos-data">
      ${embedJson(photosData(view))}
    </script>
  </section>`;
}

function thumbnailNote({ run, thumbnails }: ReportView): string {
  const judged = run.images.filter(({ fold }) => fold >= 0).length;
  if (thumbnails.size >= judged) return "";
  return `To keep this file small it holds ${formatCount(thumbnails.size)} of ${formatCount(judged)} photos.`;
}

function chooser(measured: readonly MeasuredRecipe[]): Html {
  const options = measured.map((recipe, i) => html`<option value="${i}">${recipe.name}</option>`);
  return html`<div class="choose">
    <label
      >Recipe
      <select id="confusion-recipe" autocomplete="off">
        ${options}
      </select></label
    >
  </div>`;
}

function matrixTable(run: RunRecord, recipe: MeasuredRecipe, index: number): Html {
  const { classes } = run.dataset;
  return html`<table class="confusion">
    <thead>
      <tr>
        <th class="corner">label ↓ said →</th>
        ${classes.map((name) => html`<th scope="col" title="${name}">${cutText(name, longestName)}</th>`)}
      </tr>
    </thead>
    <tbody>
      ${recipe.confusion.map(
        (row, label) =>
          html`<tr>
            <th scope="row" title="${classes[label]!}">${cutText(classes[label]!, longestName)}</th>
            ${row.map((_, predicted) => html`<td>${cell(run, recipe, { index, label, predicted })}</td>`)}
          </tr>`,
      )}
    </tbody>
  </table>`;
}

interface Place {
  readonly index: number;
  readonly label: number;
  readonly predicted: number;
}

function cell(run: RunRecord, recipe: MeasuredRecipe, { index, label, predicted }: Place): Html {
  const row = recipe.confusion[label]!;
  const count = row[predicted]!;
  if (count === 0) return html`<span class="cell">0</span>`;
  const share = count / row.reduce((a, b) => a + b, 0);
  const kind = label === predicted ? "heat" : "miss";
  // Mistakes are small shares: the square root tells 1 of 100 from 10 of 100.
  const shade = Math.max(1, Math.ceil((kind === "heat" ? share : Math.sqrt(share)) * 10));
  const name = `${count}: ${run.dataset.classes[label]} called ${run.dataset.classes[predicted]}`;
  return html`<button
    type="button"
    class="${kind}-${shade}"
    aria-expanded="false"
    aria-controls="photos-drawer"
    aria-label="${name}"
    title="${formatPercent(share)} of ${run.dataset.classes[label]!}"
    data-recipe="${index}"
    data-label="${label}"
    data-predicted="${predicted}"
  >
    ${count}
  </button>`;
}

function pairList(run: RunRecord, recipe: MeasuredRecipe, index: number): Html {
  const { classes } = run.dataset;
  const pairs = recipe.confusion
    .flatMap((row, label) => row.map((count, predicted) => ({ count, label, predicted })))
    .filter(({ count, label, predicted }) => count > 0 && label !== predicted)
    .sort((a, b) => b.count - a.count);
  return html`<table class="confusion">
    <thead>
      <tr>
        <th scope="col">Label</th>
        <th scope="col">Said</th>
        <th scope="col">Images</th>
      </tr>
    </thead>
    <tbody>
      ${pairs.slice(0, longestList).map(
        ({ label, predicted }) =>
          html`<tr>
            <th scope="row">${classes[label]!}</th>
            <th>${classes[predicted]!}</th>
            <td>${cell(run, recipe, { index, label, predicted })}</td>
          </tr>`,
      )}
    </tbody>
  </table>`;
}
