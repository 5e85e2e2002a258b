/** A point or direction: x right, y up, z to the viewer. */
export type Vec3 = readonly [number, number, number];

export function dot(a: Vec3, b: Vec3): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

export function cross(a: Vec3, b: Vec3): Vec3 {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}

export function scaleVector(a: Vec3, factor: number): Vec3 {
  return [a[0] * factor, a[1] * factor, a[2] * factor];
}

/** a * p + b * q. */
export function combine(a: Vec3, p: number, b: Vec3, q: number): Vec3 {
  return [a[0] * p + b[0] * q, a[1] * p + b[1] * q, a[2] * p + b[2] * q];
}

/** The vector at length one; straight at the viewer where it has no length. */
export function normalise(a: Vec3): Vec3 {
  const length = Math.sqrt(dot(a, a));
  return length < 1e-9 ? [0, 0, 1] : scaleVector(a, 1 / length);
}

/** Three axes at right angles whose z is `axis`, turned about it by `roll` radians: the columns of a rotation. */
export function axesAround(axis: Vec3, roll: number): readonly [Vec3, Vec3, Vec3] {
  const z = normalise(axis);
  const side = normalise(cross(Math.abs(z[1]) < 0.9 ? [0, 1, 0] : [1, 0, 0], z));
  const up = cross(z, side);
  const x = combine(side, Math.cos(roll), up, Math.sin(roll));
  return [x, cross(z, x), z];
}
