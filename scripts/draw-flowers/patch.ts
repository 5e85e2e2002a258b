import type { Rgb } from "./colour.ts";
import type { Layer } from "./layer.ts";
import { type Vec3, dot } from "./vector.ts";

/** A curved surface as a grid of (rows + 1) x (columns + 1) points and colours, row-major, three numbers each. */
export interface Patch {
  readonly rows: number;
  readonly columns: number;
  readonly points: Float32Array;
  readonly colours: Float32Array;
}

/** Where a plant stands in the picture: x right, y up, z to the viewer, orthographic. */
export interface View {
  /** Images of the plant's own x, y and z axes: the columns of a rotation. */
  readonly axes: readonly [Vec3, Vec3, Vec3];
  /** Pixels per unit. */
  readonly scale: number;
  /** Picture position of the plant's origin, in pixels from the top left, and its depth. */
  readonly x: number;
  readonly y: number;
  readonly z: number;
}

/** One distant lamp and the sky. */
export interface Light {
  /** Unit vector to the lamp. */
  readonly direction: Vec3;
  readonly sun: Rgb;
  readonly sky: Rgb;
}

/** Samples a surface: `at(u, v)` for u from 0 to 1 along the rows and v from -1 to 1 across the columns. */
export function createPatch(
  rows: number,
  columns: number,
  at: (u: number, v: number) => { readonly point: Vec3; readonly colour: Rgb },
): Patch {
  const size = (rows + 1) * (columns + 1) * 3;
  const points = new Float32Array(size);
  const colours = new Float32Array(size);
  for (let row = 0, i = 0; row <= rows; row += 1)
    for (let column = 0; column <= columns; column += 1, i += 3) {
      const { point, colour } = at(row / rows, (2 * column) / columns - 1);
      points.set(point, i);
      colours.set(colour, i);
    }
  return { rows, columns, points, colours };
}

/** Draws a lit patch into the layer, hidden where something nearer is already drawn. */
export function drawPatch(layer: Layer, patch: Patch, view: View, light: Light): void {
  const screen = project(patch.points, view);
  const lit = shade(patch, screen, light);
  const stride = patch.columns + 1;
  for (let row = 0; row < patch.rows; row += 1)
    for (let column = 0; column < patch.columns; column += 1) {
      const a = row * stride + column;
      fillTriangle(layer, screen, lit, [a, a + 1, a + stride]);
      fillTriangle(layer, screen, lit, [a + 1, a + stride + 1, a + stride]);
    }
}

function project(points: Float32Array, view: View): Float32Array {
  const [ax, ay, az] = view.axes;
  const screen = new Float32Array(points.length);
  for (let i = 0; i < points.length; i += 3) {
    const [px, py, pz] = [points[i]!, points[i + 1]!, points[i + 2]!];
    screen[i] = view.x + view.scale * (ax[0] * px + ay[0] * py + az[0] * pz);
    screen[i + 1] = view.y - view.scale * (ax[1] * px + ay[1] * py + az[1] * pz);
    screen[i + 2] = view.z + view.scale * (ax[2] * px + ay[2] * py + az[2] * pz);
  }
  return screen;
}

/**
 * Colour of each vertex: albedo * (sky * (0.6 + 0.4 n_y) + sun * (wrapped diffuse + light shining through)).
 * The normal is the cross product of central differences, turned to the viewer: petals have two faces.
 */
function shade(patch: Patch, screen: Float32Array, light: Light): Float32Array {
  const { rows, columns, colours } = patch;
  const stride = columns + 1;
  const lit = new Float32Array(colours.length);
  for (let row = 0; row <= rows; row += 1)
    for (let column = 0; column <= columns; column += 1) {
      const along = difference(
        screen,
        Math.max(0, row - 1) * stride + column,
        Math.min(rows, row + 1) * stride + column,
      );
      const across = difference(
        screen,
        row * stride + Math.max(0, column - 1),
        row * stride + Math.min(columns, column + 1),
      );
      const facing = dot(normalTo(along, across), light.direction);
      const up = normalTo(along, across)[1];
      const diffuse = Math.max(0, (facing + 0.35) / 1.35) + 0.35 * Math.max(0, -facing);
      const i = (row * stride + column) * 3;
      for (let c = 0; c < 3; c += 1)
        lit[i + c] = colours[i + c]! * (light.sky[c]! * (0.6 + 0.4 * up) + light.sun[c]! * diffuse);
    }
  return lit;
}

/** From vertex a to vertex b, with y turned up again. */
function difference(screen: Float32Array, a: number, b: number): Vec3 {
  return [
    screen[3 * b]! - screen[3 * a]!,
    screen[3 * a + 1]! - screen[3 * b + 1]!,
    screen[3 * b + 2]! - screen[3 * a + 2]!,
  ];
}

/** Unit normal a x b on the viewer's side; straight at the viewer where the patch is a point. */
function normalTo(a: Vec3, b: Vec3): Vec3 {
  const x = a[1] * b[2] - a[2] * b[1];
  const y = a[2] * b[0] - a[0] * b[2];
  const z = a[0] * b[1] - a[1] * b[0];
  const length = Math.hypot(x, y, z) * (z < 0 ? -1 : 1);
  return Math.abs(length) < 1e-9 ? [0, 0, 1] : [x / length, y / length, z / length];
}

/** Fills a triangle by barycentric coordinates at pixel centres, colour and depth interpolated. */
function fillTriangle(
  layer: Layer,
  screen: Float32Array,
  lit: Float32Array,
  corners: readonly [number, number, number],
): void {
  const [a, b, c] = [corners[0] * 3, corners[1] * 3, corners[2] * 3];
  const [ax, ay, bx, by] = [screen[a]!, screen[a + 1]!, screen[b]!, screen[b + 1]!];
  const [cx, cy] = [screen[c]!, screen[c + 1]!];
  const area = (bx - ax) * (cy - ay) - (by - ay) * (cx - ax);
  if (area === 0) return;
  const left = Math.max(0, Math.ceil(Math.min(ax, bx, cx) - 0.5));
  const right = Math.min(layer.width - 1, Math.floor(Math.max(ax, bx, cx) - 0.5));
  const top = Math.max(0, Math.ceil(Math.min(ay, by, cy) - 0.5));
  const bottom = Math.min(layer.height - 1, Math.floor(Math.max(ay, by, cy) - 0.5));
  for (let y = top; y <= bottom; y += 1)
    for (let x = left; x <= right; x += 1) {
      const wb = ((x + 0.5 - ax) * (cy - ay) - (y + 0.5 - ay) * (cx - ax)) / area;
      const wc = ((bx - ax) * (y + 0.5 - ay) - (by - ay) * (x + 0.5 - ax)) / area;
      const wa = 1 - wb - wc;
      if (wa < 0 || wb < 0 || wc < 0) continue;
      const i = y * layer.width + x;
      const depth = wa * screen[a + 2]! + wb * screen[b + 2]! + wc * screen[c + 2]!;
      if (depth <= layer.depth[i]!) continue;
      layer.depth[i] = depth;
      layer.alpha[i] = 1;
      for (let k = 0 as 0 | 1 | 2; k < 3; k += 1)
        layer.planes[k]![i] = wa * lit[a + k]! + wb * lit[b + k]! + wc * lit[c + k]!;
    }
}
