import { type Html, html } from "../html.ts";
import { nextSteps } from "../next-steps.ts";
import type { ReportView } from "../report-view.ts";

/** What to type now. Nothing where it is not known where the run lies. */
export function nextSection({ run, folder, words }: ReportView): Html | null {
  if (folder === null) return null;
  const steps = nextSteps(run, { folder, opener: "", words }).filter(({ what }) => what !== "look");
  if (steps.length === 0) return null;
  return html`<section aria-labelledby="next">
    <h2 id="next">${words.reportRun.next}</h2>
    ${steps.map(
      ({ why, commands }) =>
        html`<p class="note">${why}</p>
          <pre><code>${commands.join("\n")}</code></pre>`,
    )}
  </section>`;
}
