import { formatPercent, formatQuantity } from "../../base/format-number.ts";
import { thumbnailLimits } from "../choose-thumbnails.ts";
import { type Html, html } from "../html.ts";
import { type Judged, type ReportView, judgedImages } from "../report-view.ts";

/** The mistakes that the winner was surest of: the quickest way to wrong labels and odd photos. */
export function mistakesSection({ run, winner, thumbnails }: ReportView): Html {
  if (winner === null) return html``;
  const mistakes = judgedImages(run, winner).filter(({ label, predicted }) => label !== predicted);
  const shown = mistakes.slice(0, thumbnailLimits.worstMistakes);
  const { classes } = run.dataset;
  const photo = ({ image, label, predicted, probability }: Judged): Html => {
    const source = thumbnails.get(image);
    return html`<li>
      ${source === undefined ? html`<span class="absent">not embedded</span>` : html`<img src="${source}" alt="" />`}
      <span>called <b class="wrong">${classes[predicted]!}</b>, ${formatPercent(probability)} sure</span
      ><br />
      <span>labelled <b>${classes[label]!}</b></span>
      <span class="path">${run.images[image]!.path}</span>
    </li>`;
  };
  return html`<section aria-labelledby="mistakes">
    <h2 id="mistakes">Most confident mistakes</h2>
    <p class="note">
      ${
        mistakes.length === 0
          ? `${winner.name} made none.`
          : `${winner.name} made ${formatQuantity(mistakes.length, "mistake")}; these are the ones it was surest of. Look for wrong labels first.`
      }
    </p>
    <ul class="photos">
      ${shown.map(photo)}
    </ul>
  </section>`;
}
