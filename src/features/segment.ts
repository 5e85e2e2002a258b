import { open, readFile } from "node:fs/promises";
import { RootstockError } from "../base/errors.ts";
import { type Matrix, createMatrix } from "../base/matrix.ts";
import { hashBytes } from "../files/hash-file.ts";
import { decodeSafetensors, encodeSafetensors, headerLength, parseHeader } from "../files/safetensors.ts";
import { asFloat32, bytesOf } from "../graph/tensor.ts";
import type { Preprocessing } from "../graph/preprocessing.ts";
import type { Pooling } from "./feature-model.ts";

/** Everything beside the picture that decides its features. */
export interface FeatureSpace {
  readonly backboneSha256: string;
  readonly preprocessing: Preprocessing;
  /** The graph value. */
  readonly layer: string;
  readonly pooling: Pooling;
  /** Which augmented view of the picture; "whole" for the picture itself. */
  readonly view: string;
  readonly dimensions: number;
}

/** Features of some pictures, kept together. */
export interface Segment {
  readonly sha256s: readonly string[];
  /** Shape: n x D. */
  readonly features: Matrix;
}

/**
 * A segment as the bytes of a safetensors file: tensor `features` [n, D]; metadata `images` (the pictures' sha256,
 * separated by spaces, in the order of the rows), `key`, `sha256` (of the images and the data) and, for people, `space`.
 */
export function encodeSegment({
  key,
  sha256s,
  features,
  space,
}: Segment & { key: string; space: FeatureSpace }): Uint8Array {
  const { rows, columns, data } = features;
  const images = sha256s.join(" ");
  const bytes = bytesOf(data);
  const metadata = { key, images, sha256: digestOf(images, bytes), space: JSON.stringify(space) };
  return encodeSafetensors(
    new Map([["features", { type: "float32", dims: [rows, columns], bytes }]]),
    new Map(Object.entries(metadata)),
  );
}

/** The pictures that a segment claims to hold, from its header alone. Throws E_SAFETENSORS, E_CACHE. */
export async function readSegmentImages(path: string): Promise<readonly string[]> {
  await using file = await open(path);
  const { size } = await file.stat();
  const prefix = await readRun(file, 0, Math.min(8, size));
  const json = await readRun(file, 8, headerLength(prefix, size));
  return imagesOf(parseHeader(json, size).metadata);
}

/** A whole segment, its hash, key and shape checked. Throws E_SAFETENSORS, E_CACHE. */
export async function readSegment(
  path: string,
  { key, dimensions }: { key: string; dimensions: number },
): Promise<Segment> {
  const { tensors, metadata } = decodeSafetensors(await readFile(path));
  const features = tensors.get("features");
  const sha256s = imagesOf(metadata);
  const expected = [sha256s.length, dimensions].join();
  if (metadata.get("key") !== key || features?.type !== "float32" || features.dims.join() !== expected)
    throw damaged("it does not belong here.");
  if (metadata.get("sha256") !== digestOf(metadata.get("images")!, features.bytes))
    throw damaged("its data does not match its hash.");
  return { sha256s, features: createMatrix(sha256s.length, dimensions, asFloat32(features)) };
}

/** The rows' hashes are part of it: a row under another picture's name would be as wrong as a damaged number. */
function digestOf(images: string, data: Uint8Array): string {
  return hashBytes(new TextEncoder().encode(`${images} ${hashBytes(data)}`));
}

function imagesOf(metadata: ReadonlyMap<string, string>): readonly string[] {
  const images = metadata.get("images");
  if (images === undefined) throw damaged("it names no pictures.");
  return images.split(" ");
}

async function readRun(
  file: Awaited<ReturnType<typeof open>>,
  at: number,
  length: number,
): Promise<Uint8Array> {
  const { bytesRead, buffer } = await file.read(new Uint8Array(length), 0, length, at);
  return buffer.subarray(0, bytesRead);
}

function damaged(what: string): RootstockError {
  return new RootstockError("E_CACHE", what);
}
