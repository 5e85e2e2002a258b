import { appendFileSync, existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { scalarRecord, versionRecord } from "./event-record.ts";

/** A TensorBoard event file that grows. */
export interface EventFile {
  /** Throws what the file system throws. */
  append(step: number, scalars: Readonly<Record<string, number>>): void;
}

/**
 * An event file in a folder of its own; `tensorboard --logdir` on any folder above shows it. It appears with the first
 * figures, and each of them is on the disk when `append` returns. Every process writes its own file: TensorBoard reads
 * those of one folder as one course, so a resumed training goes on where the killed one ended.
 * Its name holds no host name, unlike TensorFlow's: run folders are handed on.
 */
export function openEventFile(folder: string, nowMs: () => number = Date.now): EventFile {
  const seconds = String(Math.floor(nowMs() / 1000)).padStart(10, "0");
  const path = join(folder, `events.out.tfevents.${seconds}.${process.pid}.rootstock`);
  return {
    append: (step, scalars) => {
      const wallTime = nowMs() / 1000;
      if (!existsSync(path)) {
        mkdirSync(folder, { recursive: true });
        appendFileSync(path, versionRecord(wallTime));
      }
      appendFileSync(path, scalarRecord({ wallTime, step, scalars }));
    },
  };
}
