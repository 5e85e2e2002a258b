import type { ShiftStep } from "../words/en/shift.ts";
import type { Language } from "../words/language.ts";
import { wordsOf } from "../words/words.ts";
import { quoteWord } from "../base/quote-word.ts";
import { type Html, html } from "./html.ts";
import { framePage } from "./page-frame.ts";

/** Photos of each list that the page shows; the JSON has all doubtful labels. */
export const photosShown = 24;

interface Share {
  readonly share: number;
  readonly low: number;
  readonly high: number;
}

/** What the page of a drift shows: the result of `drift`, and its photos as data URIs by path. */
export interface DriftView {
  readonly model: string;
  readonly data: string;
  readonly labels: readonly string[];
  readonly isShifted: boolean;
  readonly falseAlarmRate: number;
  readonly level: number;
  readonly photos: { readonly arrived: number; readonly known: number; readonly learntFrom: number };
  readonly kind: {
    readonly isShifted: boolean;
    readonly p: number;
    readonly accuracy: number;
    readonly discrepancy: { readonly p: number };
    readonly secondOpinionAgrees: boolean;
    readonly mostShifted: readonly { readonly path: string; readonly score: number }[];
  };
  readonly mix: {
    readonly isShifted: boolean;
    readonly isReliable: boolean;
    readonly p: number;
    readonly trained: readonly number[];
    readonly expected: readonly Share[];
    readonly blackBox: readonly Share[];
  };
  readonly meaning: {
    readonly isShifted: boolean;
    readonly isReliable: boolean;
    readonly p: number;
    readonly label: string | null;
    readonly disagreement: { readonly known: number; readonly arrived: number };
  } | null;
  readonly doubtful: readonly { readonly path: string; readonly label: string; readonly rather: string }[];
  readonly unknownLabels: readonly string[];
  readonly next: readonly ShiftStep[];
  readonly pictures: ReadonlyMap<string, string>;
}

/** The sentences of a drift by question: what the terminal and the page say alike. */
export function driftSentences(
  { kind, mix, meaning, unknownLabels, next, model, data }: Omit<DriftView, "pictures">,
  lang: Language | undefined,
): { kind: string[]; mix: string[]; meaning: string[]; next: string[] } {
  const said = wordsOf(lang).shift;
  const named = meaning !== null && meaning.isShifted && meaning.label !== null;
  return {
    kind: [
      said.kind(kind.isShifted, kind.accuracy, kind.p),
      said.second(kind.isShifted, kind.secondOpinionAgrees, kind.discrepancy.p),
    ],
    mix: [said.mix(mix.isShifted, mix.isReliable, mix.p)],
    meaning: [
      ...(meaning === null
        ? [said.meaningNone]
        : [
            said.meaning(
              meaning.isShifted,
              meaning.disagreement.known,
              meaning.disagreement.arrived,
              meaning.p,
            ),
          ]),
      ...(named ? [said.meaningClass(meaning.label)] : []),
      ...(meaning !== null && meaning.isShifted && !meaning.isReliable ? [said.meaningUnreliable] : []),
      ...(unknownLabels.length > 0 ? [said.unknown(unknownLabels)] : []),
    ],
    next: next.map((step) => said.steps[step](quoteWord(model), quoteWord(data))),
  };
}

/** The findings of a drift as one HTML file that asks the network for nothing. */
export function renderDriftPage(view: DriftView, { lang }: { lang?: Language | undefined } = {}): string {
  const words = wordsOf(lang);
  const said = words.shift;
  const sentences = driftSentences(view, lang);
  const section = (id: string, title: string, lines: readonly string[], rest: Html | null = null): Html =>
    html`<section aria-labelledby="${id}">
      <h2 id="${id}">${title}</h2>
      ${lines.map((line) => html`<p>${line}</p>`)} ${rest}
    </section>`;
  const { arrived, known, learntFrom } = view.photos;
  const body = html`<header>
      <p class="eyebrow"><b>Rootstock</b> · ${said.title}</p>
      <h1>${said.headline(view.isShifted)}</h1>
      <p class="lead">${said.compared(arrived, known, learntFrom)}</p>
      <p class="path">${view.model} · ${view.data}</p>
    </header>
    <main>
      ${section("kind", said.questions.kind, sentences.kind)}
      ${section("mix", said.questions.mix, sentences.mix, mixTable(view, lang))}
      ${section("meaning", said.questions.meaning, sentences.meaning, doubtfulPhotos(view, lang))}
      ${section(
        "next",
        said.questions.next,
        [],
        html`<ul>
          ${sentences.next.map((step) => html`<li>${withCode(step)}</li>`)}
        </ul>`,
      )}
      ${section("shifted", said.mostShifted, [said.mostShiftedNote], shiftedPhotos(view, lang))}
    </main>
    <footer><p class="note">${said.rate(view.falseAlarmRate, view.level)}</p></footer>`;
  return framePage({ title: said.headline(view.isShifted), words, body });
}

function mixTable({ labels, mix }: DriftView, lang: Language | undefined): Html {
  const said = wordsOf(lang).shift;
  const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${said.mixTable}">
    <table>
      <thead>
        <tr>
          ${said.mixColumns.map((column) => html`<th scope="col">${column}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${labels.map(
          (label, k) =>
            html`<tr>
              <th scope="row">${label}</th>
              <td>${percent(mix.trained[k]!)}</td>
              <td>${said.share(mix.expected[k]!)}</td>
              <td>${said.share(mix.blackBox[k]!)}</td>
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

function doubtfulPhotos({ doubtful, pictures }: DriftView, lang: Language | undefined): Html | null {
  if (doubtful.length === 0) return null;
  const said = wordsOf(lang).shift;
  const shown = doubtful.slice(0, photosShown);
  return html`<h3>${said.doubtful(shown.length, doubtful.length)}</h3>
    <ul class="photos">
      ${shown.map(({ path, label, rather }) =>
        photo(path, pictures, { absent: said.absent, line: said.rather(label, rather) }),
      )}
    </ul>`;
}

function shiftedPhotos({ kind, pictures }: DriftView, lang: Language | undefined): Html {
  const { absent } = wordsOf(lang).shift;
  return html`<ul class="photos">
    ${kind.mostShifted.map(({ path, score }) => photo(path, pictures, { absent, line: score.toFixed(2) }))}
  </ul>`;
}

function photo(
  path: string,
  pictures: ReadonlyMap<string, string>,
  { absent, line }: { absent: string; line: string },
): Html {
  const source = pictures.get(path);
  return html`<li>
    ${source === undefined ? html`<span class="absent">${absent}</span>` : html`<img src="${source}" alt="" />`}
    <span>${line}</span> <span class="path">${path}</span>
  </li>`;
}

/** What stands between backticks as code. */
function withCode(text: string): Html[] {
  return text.split("`").map((part, i) => (i % 2 === 1 ? html`<code>${part}</code>` : html`${part}`));
}
