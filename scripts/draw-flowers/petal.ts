import type { Rgb } from "./colour.ts";
import { type Patch, createPatch } from "./patch.ts";
import { type Vec3, combine, cross, normalise } from "./vector.ts";

/** A petal, sepal or leaf as a bent strip that grows away from the flower's axis (the z axis). Lengths in flower radii, angles in radians. */
export interface Petal {
  /** Direction about the axis. */
  readonly azimuth: number;
  /** Where it is attached: distance from the axis and height along it. */
  readonly radius: number;
  readonly height?: number;
  /** Angle above the flower's plane at the base: 0 is flat, pi / 2 upright. */
  readonly elevation: number;
  /** Change of that angle from base to tip. */
  readonly bend?: number;
  /** Change of direction within the plane from base to tip. */
  readonly sweep?: number;
  readonly length: number;
  /** Full width where it is widest. */
  readonly width: number;
  /** Exponents of the outline (u + neck)^rise * (1 - u)^fall: `fall` 0.5 is a round tip, 1 a pointed one. */
  readonly rise?: number;
  readonly fall?: number;
  readonly neck?: number;
  /** How far the edges rise, as a part of half the width. */
  readonly cup?: number;
  /** Height of the waves along the edges, as a part of half the width, and their phase. */
  readonly ripple?: number;
  readonly phase?: number;
  /** Teeth along the outline: depth as a part of the width, and how many. */
  readonly toothDepth?: number;
  readonly teeth?: number;
  /** Colour at u from base 0 to tip 1, v from edge -1 to edge 1. */
  readonly colour: (u: number, v: number) => Rgb;
}

/**
 * The petal's surface. Centre line: c'(u) = L (cos e(u) r + sin e(u) z), e(u) = elevation + bend u, with r turning
 * by `sweep`; across it p(u, v) = c(u) + v w(u) t + w(u) (cup v^2 + ripple) n, where t is tangential and n the normal.
 */
export function createPetal(petal: Petal, rows: number, columns: number): Patch {
  const {
    rise = 0.6,
    fall = 0.5,
    neck = 0.02,
    cup = 0,
    ripple = 0,
    phase = 0,
    toothDepth = 0,
    teeth = 0,
  } = petal;
  const centre = centreLine(petal, rows);
  const outline = (u: number): number => (u + neck) ** rise * (1 - u) ** fall;
  const widest = Math.max(...Array.from({ length: 33 }, (_, i) => outline(i / 32)));
  return createPatch(rows, columns, (s, v) => {
    const u = Math.sin((s * Math.PI) / 2); // dense at the tip, where the outline turns
    const { point, direction, elevation } = centre[Math.round(s * rows)]!;
    const tooth = 1 - toothDepth * (1 - Math.abs(((u * teeth) % 1) * 2 - 1));
    const half = (petal.width / 2) * (outline(u) / widest) * tooth;
    const lift = half * (cup * v * v + ripple * v * Math.sin(9 * u + phase + 2 * Math.sign(v)));
    const [cos, sin] = [Math.cos(direction), Math.sin(direction)];
    const inward = -Math.sin(elevation) * lift;
    return {
      point: [
        point[0] - sin * v * half + cos * inward,
        point[1] + cos * v * half + sin * inward,
        point[2] + Math.cos(elevation) * lift,
      ],
      colour: petal.colour(u, v),
    };
  });
}

interface CentrePoint {
  readonly point: Vec3;
  readonly direction: number;
  readonly elevation: number;
}

function centreLine(petal: Petal, rows: number): CentrePoint[] {
  const line: CentrePoint[] = [];
  let distance = petal.radius;
  let [x, y, z] = [Math.cos(petal.azimuth) * distance, Math.sin(petal.azimuth) * distance, petal.height ?? 0];
  let previous = 0;
  for (let row = 0; row <= rows; row += 1) {
    const u = Math.sin(((row / rows) * Math.PI) / 2);
    const step = petal.length * (u - previous);
    const direction = petal.azimuth + (petal.sweep ?? 0) * u;
    const elevation = petal.elevation + (petal.bend ?? 0) * u;
    distance = step * Math.cos(elevation);
    x += Math.cos(direction) * distance;
    y += Math.sin(direction) * distance;
    z += Math.sin(elevation) * step;
    line.push({ point: [x, y, z], direction, elevation });
    previous = u;
  }
  return line;
}

/** A dome (flower disc, bud, stone): heights over the unit disc, `relief` added to z and colour taken at (r, angle). */
export function createDome(
  size: { readonly radius: number; readonly height: number; readonly base?: number },
  grid: { readonly rings: number; readonly spokes: number },
  surface: {
    readonly colour: (r: number, angle: number) => Rgb;
    readonly relief?: (r: number, angle: number) => number;
  },
): Patch {
  return createPatch(grid.rings, grid.spokes, (r, v) => {
    const angle = v * Math.PI;
    const bump = surface.relief?.(r, angle) ?? 0;
    return {
      point: [
        size.radius * r * Math.cos(angle),
        size.radius * r * Math.sin(angle),
        (size.base ?? 0) + size.height * Math.sqrt(Math.max(0, 1 - r * r)) + bump,
      ],
      colour: surface.colour(r, angle),
    };
  });
}

/** A round stalk or hair along a quadratic curve from `from` by `by` to `to`. */
export function createStalk(
  curve: { readonly from: Vec3; readonly by: Vec3; readonly to: Vec3 },
  radius: number,
  look: { readonly colour: (u: number) => Rgb; readonly rows?: number; readonly sides?: number },
): Patch {
  const { from, by, to } = curve;
  const point = (u: number): Vec3 => combine(combine(from, (1 - u) ** 2, by, 2 * u * (1 - u)), 1, to, u * u);
  return createPatch(look.rows ?? 12, look.sides ?? 6, (u, v) => {
    const tangent = normalise(combine(combine(from, u - 1, by, 1 - 2 * u), 1, to, u));
    const side = normalise(cross(tangent, Math.abs(tangent[2]) < 0.8 ? [0, 0, 1] : [1, 0, 0]));
    const ring = combine(
      side,
      radius * Math.cos(Math.PI * v),
      cross(side, tangent),
      radius * Math.sin(Math.PI * v),
    );
    return { point: combine(point(u), 1, ring, 1), colour: look.colour(u) };
  });
}
