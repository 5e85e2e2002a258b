import { thumbnailLimits } from "../choose-thumbnails.ts";
import { type Html, html } from "../html.ts";
import { type Judged, type ReportView, judgedImages } from "../report-view.ts";

/** The mistakes that the winner was surest of: the quickest way to wrong labels and odd photos. */
export function mistakesSection({ run, winner, thumbnails, words }: ReportView): Html {
  if (winner === null) return html``;
  const { mistakes: said } = words.reportResults;
  const mistakes = judgedImages(run, winner).filter(({ label, predicted }) => label !== predicted);
  const shown = mistakes.slice(0, thumbnailLimits.worstMistakes);
  const { classes } = run.dataset;
  const photo = ({ image, label, predicted, probability }: Judged): Html => {
    const source = thumbnails.get(image);
    return html`<li>
      ${source === undefined ? html`<span class="absent">${said.absent}</span>` : html`<img src="${source}" alt="" />`}
      <span>${said.called}<b class="wrong">${classes[predicted]!}</b>${said.sure(probability)}</span><br />
      <span>${said.labelled}<b>${classes[label]!}</b></span>
      <span class="path">${run.images[image]!.path}</span>
    </li>`;
  };
  return html`<section aria-labelledby="mistakes">
    <h2 id="mistakes">${said.title}</h2>
    <p class="note">
      ${mistakes.length === 0 ? said.none(winner.name) : said.some(winner.name, mistakes.length)}
    </p>
    <ul class="photos">
      ${shown.map(photo)}
    </ul>
  </section>`;
}
