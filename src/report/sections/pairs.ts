import { formatPoints } from "../../base/format-number.ts";
import type { Pair } from "../../evaluate/pairs.ts";
import type { Words } from "../../words/en/en.ts";
import { type Html, html } from "../html.ts";
import type { ReportView } from "../report-view.ts";

/** Every recipe against every other one: a matrix to look at, and the figures of each pair behind it. */
export function pairsSection({ measured, verdict: { pairs }, run, words }: ReportView): Html {
  if (pairs.length === 0) return html``;
  const { title, note, rounds, table } = words.reportResults.pairs;
  const repeats = Math.max(...pairs.map((pair) => pair.repeats));
  const compared = new Set(pairs.flatMap(({ a, b }) => [a, b]));
  const names = measured.map(({ name }) => name).filter((name) => compared.has(name));
  return html`<section aria-labelledby="pairs">
    <h2 id="pairs">${title}</h2>
    <p class="note">${note} ${rounds(repeats, run.folds, pairs.length)}</p>
    <div class="scroll" tabindex="0" role="region" aria-label="${table}">${matrix(names, pairs, words)}</div>
    ${pairTable(pairs, words)}
  </section>`;
}

function matrix(names: readonly string[], pairs: readonly Pair[], words: Words): Html {
  const { corner } = words.reportResults.pairs;
  return html`<table class="matrix">
    <thead>
      <tr>
        <th scope="col">${corner}</th>
        ${names.map((name) => html`<th scope="col" class="number">${name}</th>`)}
      </tr>
    </thead>
    <tbody>
      ${names.map(
        (row) =>
          html`<tr>
            <th scope="row">${row}</th>
            ${names.map((column) => cell(row, column, { pairs, words }))}
          </tr>`,
      )}
    </tbody>
  </table>`;
}

/** Points by which the row leads the column; what chance could explain is said to be so, and not by colour alone. */
function cell(row: string, column: string, { pairs, words }: { pairs: readonly Pair[]; words: Words }): Html {
  const { clear, notClear } = words.reportResults.pairs;
  if (row === column) return html`<td class="number">·</td>`;
  const pair = pairs.find(({ a, b }) => (a === row && b === column) || (a === column && b === row))!;
  const points = formatPoints(pair.a === row ? pair.difference : -pair.difference);
  return pair.isClear
    ? html`<td class="number"><strong>${points}</strong><span class="under">${clear}</span></td>`
    : html`<td class="number">${points}<span class="under">${notClear}</span></td>`;
}

function pairTable(pairs: readonly Pair[], words: Words): Html {
  const { details, columns, versus } = words.reportResults.pairs;
  return html`<details>
    <summary>${details}</summary>
    <div class="scroll" tabindex="0" role="region" aria-label="${details}">
      <table>
        <thead>
          <tr>
            <th scope="col">${columns.pair}</th>
            <th scope="col" class="number">${columns.difference}</th>
            <th scope="col" class="number">${columns.p}</th>
            <th scope="col" class="number">${columns.holm}</th>
            <th scope="col" class="number">${columns.mcNemar}</th>
            <th scope="col" class="number">${columns.only}</th>
          </tr>
        </thead>
        <tbody>
          ${pairs.map((pair) => pairRow(pair, versus(pair.a, pair.b), words))}
        </tbody>
      </table>
    </div>
  </details>`;
}

function pairRow(pair: Pair, name: string, { forms }: Words): Html {
  const { difference, low, high, pValue, adjustedP, mcNemar } = pair;
  return html`<tr>
    <th scope="row">${name}</th>
    <td class="number">
      ${formatPoints(difference)}
      <span class="under">${forms.range(formatPoints(low), formatPoints(high))}</span>
    </td>
    <td class="number">${formatChance(pValue)}</td>
    <td class="number">${formatChance(adjustedP)}</td>
    <td class="number">${formatChance(mcNemar.pValue)}</td>
    <td class="number">${mcNemar.onlyA} : ${mcNemar.onlyB}</td>
  </tr>`;
}

/** 0.0312 -> "0.031", 0.00004 -> "<0.001". */
function formatChance(p: number): string {
  return p < 0.001 ? "<0.001" : p.toFixed(3);
}
