import { cutText } from "../../base/text-width.ts";
import { type Html, embedJson, html } from "../html.ts";
import { frequentMixUps, largestMatrix } from "../open-cells.ts";
import { photosData } from "../photos-data.ts";
import type { ReportView } from "../report-view.ts";
import type { MeasuredRecipe } from "../../runs/run-record.ts";

/** Columns that a name may take in the matrix; the whole of it is in its title. */
const longestName = 28;

/** Who was taken for whom, with the photos behind each cell. */
export function confusionSection(view: ReportView): Html {
  const { run, measured, words } = view;
  const { confusion } = words.reportResults;
  const isSmall = run.dataset.classes.length <= largestMatrix;
  return html`<section aria-labelledby="confusion">
    <h2 id="confusion">${confusion.title}</h2>
    <p class="note">
      ${confusion.note}${isSmall ? "" : confusion.listed(largestMatrix)} ${thumbnailNote(view)}
    </p>
    ${measured.length > 1 ? chooser(view) : null}
    ${measured.map((recipe, i) => {
      const table = isSmall ? matrixTable(view, recipe, i) : pairList(view, recipe, i);
      return html`<div
        class="scroll"
        tabindex="0"
        role="region"
        aria-label="${confusion.of(recipe.name)}"
        data-matrix="${i}"
        ${i > 0 ? html` hidden` : null}
      >
        ${table}
      </div>`;
    })}
    <div id="photos-drawer" class="drawer" role="status" hidden></div>
    <noscript><p class="note">${confusion.noScript}</p></noscript>
    <script type="application/json" id="photos-data">
      ${embedJson(photosData(view))}
    </script>
  </section>`;
}

function thumbnailNote({ run, thumbnails, words }: ReportView): string {
  const judged = run.images.filter(({ fold }) => fold >= 0).length;
  if (thumbnails.size >= judged) return "";
  return words.reportResults.confusion.embedded(thumbnails.size, judged);
}

function chooser({ measured, words }: ReportView): Html {
  const options = measured.map((recipe, i) => html`<option value="${i}">${recipe.name}</option>`);
  return html`<div class="choose">
    <label
      >${words.reportResults.confusion.recipe}
      <select id="confusion-recipe" autocomplete="off">
        ${options}
      </select></label
    >
  </div>`;
}

function matrixTable(view: ReportView, recipe: MeasuredRecipe, index: number): Html {
  const { classes } = view.run.dataset;
  return html`<table class="confusion">
    <thead>
      <tr>
        <th class="corner">${view.words.reportResults.confusion.corner}</th>
        ${classes.map((name) => html`<th scope="col" title="${name}">${cutText(name, longestName)}</th>`)}
      </tr>
    </thead>
    <tbody>
      ${recipe.confusion.map(
        (row, label) =>
          html`<tr>
            <th scope="row" title="${classes[label]!}">${cutText(classes[label]!, longestName)}</th>
            ${row.map((_, predicted) => html`<td>${cell(view, recipe, { index, label, predicted })}</td>`)}
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

function cell({ run, words }: ReportView, recipe: MeasuredRecipe, { index, label, predicted }: Place): Html {
  const row = recipe.confusion[label]!;
  const count = row[predicted]!;
  if (count === 0) return html`<span class="cell">0</span>`;
  const share = count / row.reduce((a, b) => a + b, 0);
  const kind = label === predicted ? "heat" : "miss";
  // Mistakes are small shares: the square root tells 1 of 100 from 10 of 100.
  const shade = Math.max(1, Math.ceil((kind === "heat" ? share : Math.sqrt(share)) * 10));
  const { confusion } = words.reportResults;
  const [truth, said] = [run.dataset.classes[label]!, run.dataset.classes[predicted]!];
  return html`<button
    type="button"
    class="${kind}-${shade}"
    aria-expanded="false"
    aria-controls="photos-drawer"
    aria-label="${confusion.cell(count, truth, said)}"
    title="${confusion.share(share, truth)}"
    data-recipe="${index}"
    data-label="${label}"
    data-predicted="${predicted}"
  >
    ${count}
  </button>`;
}

function pairList(view: ReportView, recipe: MeasuredRecipe, index: number): Html {
  const { classes } = view.run.dataset;
  return html`<table class="confusion">
    <thead>
      <tr>
        ${view.words.reportResults.confusion.columns.map((name) => html`<th scope="col">${name}</th>`)}
      </tr>
    </thead>
    <tbody>
      ${frequentMixUps(recipe).map(
        ({ label, predicted }) =>
          html`<tr>
            <th scope="row">${classes[label]!}</th>
            <th>${classes[predicted]!}</th>
            <td>${cell(view, recipe, { index, label, predicted })}</td>
          </tr>`,
      )}
    </tbody>
  </table>`;
}
