import { type Html, html } from "./html.ts";

/** A point of a curve, in the units of its axes. */
export type Point = readonly [x: number, y: number];

/** Curves of one kind: a thin one for each fold, and their mean, thick. */
export interface CurveFamily {
  /** A class of the style sheet: `training`, `validation`. */
  readonly kind: string;
  readonly folds: readonly (readonly Point[])[];
}

/** What a panel of curves shows. */
export interface PanelOptions {
  /** Unique in the page. */
  readonly id: string;
  /** What is seen, in a sentence: the text alternative. */
  readonly description: string;
  readonly heading: string;
  readonly families: readonly CurveFamily[];
  readonly x: Axis;
  readonly y: Axis;
  /** An upright stroke for each interval, of the kind of its family. */
  readonly whiskers?: readonly Whisker[];
  /** A ring on each of these points. */
  readonly marks?: readonly Point[];
  /** An upright line with its text. */
  readonly line?: { readonly at: number; readonly text: string };
}

/** An interval along the y axis. */
export interface Whisker {
  readonly kind: string;
  readonly at: number;
  readonly low: number;
  readonly high: number;
}

/** A range of values along one side of a panel. */
export interface Axis {
  readonly low: number;
  readonly high: number;
  readonly ticks: readonly { readonly at: number; readonly text: string }[];
  readonly name?: string;
}

const [left, right, top, bottom] = [40, 312, 34, 172] as const;

/** A chart of 320 x 212 units. Colours and strokes are classes of the style sheet, so that light, dark and print follow it. */
export function curvePanel(options: PanelOptions): Html {
  const { id, description, heading, families, x, y, whiskers = [], marks = [], line } = options;
  const scale = scaleOf(x, y);
  return html`<svg class="panel" viewBox="0 0 320 212" role="img" aria-labelledby="${id}">
    <title id="${id}">${description}</title>
    <text class="heading" x="${left}" y="14">${heading}</text>
    ${y.ticks.map((tick) => gridLine(tick, scale))} ${x.ticks.map((tick) => tickText(tick, scale))}
    <text x="${(left + right) / 2}" y="${bottom + 35}" text-anchor="middle">${x.name ?? ""}</text>
    ${line === undefined ? null : uprightLine(line, scale)} ${whiskers.map((one) => whisker(one, scale))}
    ${families.map(({ kind, folds }) => folds.map((points) => curve(`fold ${kind}`, points, scale)))}
    ${families.map(({ kind, folds }) => curve(`mean ${kind}`, meanCurve(folds), scale))}
    ${marks.filter(scale.isShown).map((point) => ring(point, scale))}
  </svg>`;
}

type Tick = Axis["ticks"][number];

/** From the axes' units to the chart's. */
interface Scale {
  px(at: number): string;
  py(at: number): string;
  /** Whether a point's y lies on its axis. */
  isShown(point: Point): boolean;
}

function scaleOf(x: Axis, y: Axis): Scale {
  return {
    px: (at) => (left + ((at - x.low) / (x.high - x.low)) * (right - left)).toFixed(1),
    py: (at) => (bottom - ((at - y.low) / (y.high - y.low)) * (bottom - top)).toFixed(1),
    isShown: (point) => point[1] >= y.low && point[1] <= y.high,
  };
}

function gridLine({ at, text }: Tick, { py }: Scale): Html {
  return html`<path class="grid" d="M${left} ${py(at)}H${right}" /><text
      x="${left - 7}"
      y="${(Number(py(at)) + 4).toFixed(1)}"
      text-anchor="end"
      >${text}</text
    >`;
}

function tickText({ at, text }: Tick, { px }: Scale): Html {
  return html`<text x="${px(at)}" y="${bottom + 17}" text-anchor="middle">${text}</text>`;
}

function uprightLine({ at, text }: Tick, { px }: Scale): Html {
  return html`<path class="chosen" d="M${px(at)} ${top}V${bottom}" /><text
      class="chosen"
      x="${px(at)}"
      y="${top - 6}"
      text-anchor="middle"
      >${text}</text
    >`;
}

/** Nothing where there are no points; those off the axis are left out. */
function curve(className: string, points: readonly Point[], { px, py, isShown }: Scale): Html | null {
  if (points.length === 0) return null;
  const places = points.filter(isShown).map(([at, value]) => `${px(at)} ${py(value)}`);
  return html`<path class="${className}" d="M${places.join("L")}" />`;
}

function whisker({ kind, at, low, high }: Whisker, { px, py }: Scale): Html {
  return html`<path class="whisker ${kind}" d="M${px(at)} ${py(low)}V${py(high)}" />`;
}

function ring([at, value]: Point, { px, py }: Scale): Html {
  return html`<circle class="kept" cx="${px(at)}" cy="${py(value)}" r="3.5" />`;
}

/** The mean at every x that more than half of the curves reach, so that folds which stop early do not bend its end. */
export function meanCurve(folds: readonly (readonly Point[])[]): Point[] {
  const values = new Map<number, number[]>();
  for (const points of folds)
    for (const [x, y] of points) if (Number.isFinite(y)) values.set(x, [...(values.get(x) ?? []), y]);
  return [...values]
    .filter(([, ys]) => ys.length > folds.length / 2)
    .sort(([a], [b]) => a - b)
    .map(([x, ys]) => [x, ys.reduce((sum, y) => sum + y, 0) / ys.length]);
}

/** 0 to at least `high` in three to five round steps. */
export function axisFromZero(high: number): Axis {
  const step = [1, 2, 2.5, 5, 10]
    .map((s) => s * 10 ** Math.floor(Math.log10(high / 4)))
    .find((s) => s * 4 >= high)!;
  const count = Math.max(1, Math.ceil(high / step - 1e-9));
  const ticks = Array.from({ length: count + 1 }, (_, i) => i * step);
  return {
    low: 0,
    high: count * step,
    ticks: ticks.map((at) => ({ at, text: String(Number(at.toPrecision(3))) })),
  };
}
