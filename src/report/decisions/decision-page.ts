import type { Words } from "../../words/en/en.ts";
import { type Html, embedJson, html } from "../html.ts";
import { framePage } from "../page-frame.ts";
import { decisionScript } from "./decision-script.ts";
import { decisionStyles } from "./decision-styles.ts";

/** A photo that a person decides on. */
export interface DecidedPhoto {
  readonly sha256: string;
  /** As it stands in the decisions: absolute, or relative to the ledger's folder. */
  readonly path: string;
  /** As it is shown. */
  readonly name: string;
  /** What is suggested; null: nothing. */
  readonly label: string | null;
  /** One short line about it: how sure the model is. */
  readonly note: string;
  /** The id of its pile. */
  readonly pile: string;
  /** Photos of one group can be decided together; null: it stands alone. */
  readonly group: string | null;
  /** A data URI; null where the picture cannot be shown. */
  readonly picture: string | null;
}

/** What a page of decisions shows. */
export interface DecisionView {
  readonly title: string;
  readonly lead: readonly string[];
  /** The classes that there are; new ones can be typed. */
  readonly classes: readonly string[];
  readonly piles: readonly { readonly id: string; readonly title: string; readonly note: string }[];
  readonly photos: readonly DecidedPhoto[];
  readonly words: Words;
  /** Where decisions are sent, on the same host; null: they are downloaded. */
  readonly saveTo: string | null;
}

/**
 * A page to decide on photos as one file: a picture, its suggestion, and a key for each answer; decisions leave it as CSV
 * `sha256,path,label,reason`. No request leaves it, or, where `saveTo` is given, those to its own host alone; its policy
 * forbids the rest. Names go in as text: markup in them does nothing.
 */
export function renderDecisionPage(view: DecisionView): string {
  const { title, words, saveTo } = view;
  const data = html`<script type="application/json" id="decision-data">
    ${embedJson(dataOf(view))}
  </script>`;
  return framePage({
    title,
    words,
    body: bodyOf(view),
    data,
    script: decisionScript,
    ownStyles: decisionStyles,
    mayAskHost: saveTo !== null,
  });
}

function bodyOf({ title, lead, piles, photos, classes, words, saveTo }: DecisionView): Html {
  const { decisions: said } = words;
  return html`<header>
      <p class="eyebrow"><b>Rootstock</b> · ${said.eyebrow}</p>
      <h1>${title}</h1>
      ${lead.map((line) => html`<p>${line}</p>`)}
    </header>
    <main>
      <nav class="piles" aria-label="${said.piles}">
        ${piles.map(
          ({ id, title: name }) =>
            html`<button type="button" data-pile="${id}" aria-pressed="false">
              ${name} <span>${photos.filter(({ pile }) => pile === id).length}</span>
            </button>`,
        )}
      </nav>
      <p class="note" id="pile-note"></p>
      <section class="stage" aria-label="${said.photo}">
        <figure>
          <div class="picture" id="picture"></div>
          <figcaption>
            <span class="path" id="name"></span>
            <span class="soft" id="note"></span>
            <b id="decided" aria-live="polite"></b>
          </figcaption>
        </figure>
        <div class="answers">
          <h2>${said.question}</h2>
          <div id="answers"></div>
          <p>
            <label
              >${said.other}
              <input id="other" list="classes" autocomplete="off" spellcheck="false" />
            </label>
            <datalist id="classes">
              ${classes.map((label) => html`<option value="${label}"></option>`)}
            </datalist>
          </p>
          <p class="note" id="group-note" hidden></p>
          <p class="note">${said.keys}</p>
        </div>
      </section>
      <ol class="strip" id="strip" aria-label="${said.photos}"></ol>
    </main>
    <footer class="leave">
      <span id="progress" aria-live="polite"></span>
      <button type="button" id="undo">${said.undo}</button>
      <button type="button" id="download">${said.download}</button>
      ${saveTo === null ? null : html`<button type="button" id="save">${said.save}</button>`}
    </footer>`;
}

function dataOf({ classes, piles, photos, words, saveTo }: DecisionView): unknown {
  const { script } = words.decisions;
  return { classes, piles, photos, words: script, saveTo };
}
