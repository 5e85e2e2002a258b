import { formatFigures, formatPercent } from "../../base/format-number.ts";
import { type Html, html } from "../html.ts";
import type { Words } from "../../words/en/en.ts";
import type { ReportView } from "../report-view.ts";
import type { MeasuredRecipe } from "../../runs/run-record.ts";

/** Everything that is needed to get the same numbers again. */
export function repeatSection({ run, measured, words }: ReportView): Html {
  const { repeat } = words.reportRun;
  const { names } = repeat;
  const { versions, machine } = run;
  const facts: (readonly [string, string])[] = [
    [names.seed, String(run.seed)],
    [names.folds, repeat.folds(run.folds)],
    [names.digest, run.dataset.digest],
    [names.versions, repeat.versions(versions)],
    [names.machine, repeat.machine(machine)],
    [names.run, repeat.run(run.id, run.startedAt, run.finishedAt)],
    [names.model, run.model ?? repeat.noModel],
  ];
  return html`<section aria-labelledby="repeat">
    <h2 id="repeat">${repeat.title}</h2>
    <pre><code>${run.command}</code></pre>
    <dl class="plain">
      ${facts.map(
        ([name, value]) =>
          html`<dt>${name}</dt>
            <dd>${value}</dd>`,
      )}
    </dl>
    <details>
      <summary>${repeat.eachFold}</summary>
      <div class="scroll" tabindex="0" role="region" aria-label="${repeat.foldsTable}">
        ${foldsTable(run.folds, measured, words)}
      </div>
    </details>
  </section>`;
}

function foldsTable(
  folds: number,
  measured: readonly MeasuredRecipe[],
  { reportRun: { repeat } }: Words,
): Html {
  const numbers = Array.from({ length: folds }, (_, fold) => fold);
  return html`<table>
    <thead>
      <tr>
        <th scope="col">${repeat.recipe}</th>
        ${numbers.map((fold) => html`<th scope="col">${repeat.fold(fold + 1)}</th>`)}
      </tr>
    </thead>
    <tbody>
      ${measured.map(
        ({ name, foldAccuracies, chosen }) =>
          html`<tr>
            <th scope="row">${name}</th>
            ${numbers.map((fold) => {
              const choices = Object.entries(chosen[fold] ?? {}).map(([key, value]) =>
                repeat.chosen(key, shorten(value)),
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
export function smallPrint({ words }: Pick<ReportView, "words">): Html {
  const { title, judged, interval, clear } = words.reportRun.meaning;
  return html`<footer class="note">
    <h2>${title}</h2>
    <p>${judged}</p>
    <p>${interval}</p>
    <p>${clear}</p>
  </footer>`;
}
