import { availableParallelism, cpus, loadavg, totalmem } from "node:os";

/** The machine by name, and how busy it is: a result from a busy machine says so itself. */
export function describeMachine(): { description: string; cores: number; load: number[] } {
  const cores = availableParallelism();
  const memory = Math.round(totalmem() / 2 ** 30);
  return {
    description: `${cpus()[0]?.model.trim() ?? "unknown"}, ${cores} cores, ${memory} GiB, Node ${process.versions.node}`,
    cores,
    load: loadavg().map((load) => Math.round(load * 100) / 100),
  };
}
