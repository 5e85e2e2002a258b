import type { Estimate } from "../evaluate/accuracy-interval.ts";
import type { Calibration } from "../evaluate/calibration.ts";
import type { Words } from "../words/en/en.ts";
import { type Html, html } from "./html.ts";

/** Colours and strokes are classes of the style sheet, so that light, dark and print follow it. */

/** A bar from 0 to the mean with its 95 % interval, on a scale from 0 to 1. 200 x 22 units. */
export function intervalBar({ mean, low, high }: Estimate, kind: "winner" | "other"): Html {
  const x = (share: number): string => (share * 200).toFixed(2);
  return html`<svg
    class="interval ${kind}"
    viewBox="0 0 200 22"
    preserveAspectRatio="none"
    aria-hidden="true"
  >
    <rect class="track" x="0" y="5" width="200" height="12" rx="2" />
    <rect class="bar" x="0" y="5" width="${x(mean)}" height="12" rx="2" />
    <path class="whisker" d="M${x(low)} 11H${x(high)}M${x(low)} 6V16M${x(high)} 6V16" />
  </svg>`;
}

/** A plain bar for `share` in [0, 1]. */
export function shareBar(share: number): Html {
  return html`<svg class="share" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
    <rect class="track" width="100" height="8" rx="2" />
    <rect class="bar" width="${(share * 100).toFixed(2)}" height="8" rx="2" />
  </svg>`;
}

/** Confidence against accuracy: points on the diagonal mean that "80 % sure" is right 80 times of 100. */
export function reliabilityDiagram({ bins }: Calibration, { reportResults }: Words): Html {
  const { diagram, point, xAxis, yAxis } = reportResults.calibration;
  const filled = bins.filter((bin) => bin.count > 0);
  const most = Math.max(...filled.map((bin) => bin.count));
  const ticks = [0, 0.25, 0.5, 0.75, 1];
  const x = (share: number): string => (44 + share * 300).toFixed(1);
  const y = (share: number): string => (312 - share * 300).toFixed(1);
  const line = filled.map((bin) => `${x(bin.confidence)} ${y(bin.accuracy)}`).join("L");
  return html`<svg class="reliability" viewBox="0 0 360 360" role="img" aria-labelledby="reliability-title">
    <title id="reliability-title">${diagram}</title>
    ${ticks.map(
      (t) =>
        html`<path class="grid" d="M${x(0)} ${y(t)}H${x(1)}M${x(t)} ${y(0)}V${y(1)}" />
          <text x="36" y="${(Number(y(t)) + 4).toFixed(1)}" text-anchor="end">${t * 100}</text>
          <text x="${x(t)}" y="330" text-anchor="middle">${t * 100}</text>`,
    )}
    <path class="diagonal" d="M${x(0)} ${y(0)}L${x(1)} ${y(1)}" />
    <path class="curve" d="M${line}" />
    ${filled.map(
      (bin) =>
        html`<circle
          cx="${x(bin.confidence)}"
          cy="${y(bin.accuracy)}"
          r="${(3 + 6 * Math.sqrt(bin.count / most)).toFixed(1)}"
        >
          <title>${point(bin.confidence, bin.accuracy, bin.count)}</title>
        </circle>`,
    )}
    <text class="axis" x="194" y="352" text-anchor="middle">${xAxis}</text>
    <text class="axis" x="-162" y="11" text-anchor="middle" transform="rotate(-90)">${yAxis}</text>
  </svg>`;
}
