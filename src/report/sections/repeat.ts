import { formatFigures, formatPercent } from "../../base/format-number.ts";
import { type Html, html } from "../html.ts";
import type { ReportView } from "../report-view.ts";
import type { MeasuredRecipe } from "../../runs/run-record.ts";

/** Everything that is needed to get the same numbers again. */
export function repeatSection({ run, measured }: ReportView): Html {
  const { versions, machine } = run;
  const facts: (readonly [string, string])[] = [
    ["Seed", String(run.seed)],
    ["Folds", `${run.folds}, stratified, copies kept together; each image's fold is in run.json`],
    ["Data digest", run.dataset.digest],
    ["Versions", `rootstock ${versions.rootstock}, Node.js ${versions.node}, engine ${versions.engine}`],
    ["Machine", `${machine.cpu}, ${machine.cores} cores, ${machine.memoryGiB} GiB, ${machine.platform}`],
    ["Run", `${run.id}, ${run.startedAt} to ${run.finishedAt}`],
    ["Model", run.model ?? "none: no recipe finished"],
  ];
  return html`<section aria-labelledby="repeat">
    <h2 id="repeat">How to repeat this run</h2>
    <pre><code>${run.command}</code></pre>
    <dl class="plain">
      ${facts.map(
        ([name, value]) =>
          html`<dt>${name}</dt>
            <dd>${value}</dd>`,
      )}
    </dl>
    <details>
      <summary>Each fold's accuracy and what tuning chose</summary>
      <div class="scroll" tabindex="0" role="region" aria-label="Folds, table">
        ${foldsTable(run.folds, measured)}
      </div>
    </details>
  </section>`;
}

function foldsTable(folds: number, measured: readonly MeasuredRecipe[]): Html {
  const numbers = Array.from({ length: folds }, (_, fold) => fold);
  return html`<table>
    <thead>
      <tr>
        <th scope="col">Recipe</th>
        ${numbers.map((fold) => html`<th scope="col">Fold ${fold + 1}</th>`)}
      </tr>
    </thead>
    <tbody>
      ${measured.map(
        ({ name, foldAccuracies, chosen }) =>
          html`<tr>
            <th scope="row">${name}</th>
            ${numbers.map((fold) => {
              const choices = Object.entries(chosen[fold] ?? {}).map(
                ([key, value]) => `${key} ${shorten(value)}`,
              );
              return html`<td>
                ${formatPercent(foldAccuracies[fold] ?? 0)}<span class="under">${choices.join(", ")}</span>
              </td>`;
            })}
          </tr>`,
      )}
    </tbody>
  </table>`;
}

const shorten = (value: number | string | boolean): string =>
  typeof value === "number" ? formatFigures(value, 4) : String(value);

/** What the intervals promise, and what they do not. */
export function smallPrint(): Html {
  return html`<footer class="note">
    <h2>What these numbers mean</h2>
    <p>
      Each image was judged by a model that had not seen it, nor any copy of it; tuning happened inside the
      training part of each fold. The accuracy is the share of all judged images that were right.
    </p>
    <p>
      The 95 % interval is Wilson's, with copies of a picture counted together. It says how far the accuracy
      could lie from the one on endless images of the same kind, by the luck of which images you have. It does
      not cover new cameras, places or seasons, nor that other training images would have given another model.
    </p>
    <p>
      A difference is called clear where an exact test on the images that only one of the two got right
      (McNemar's, copies kept together, corrected by Holm for the number of recipes) finds chance less likely
      than 1 in 20, and the interval of the difference lies above 0. The best of several recipes looks a
      little better than it is, because it was chosen for that; a holdout, where there is one, is free of it.
    </p>
  </footer>`;
}
