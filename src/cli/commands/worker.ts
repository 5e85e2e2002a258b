import { Command } from "commander";
import { type PathMap, startWorker } from "../../workflow/worker.ts";
import type { CommonOptions, Face } from "../face.ts";
import { action, addCommonOptions, wholeNumber } from "../options.ts";
import { type QueueOptions, addQueueOption, pathMaps, queueAddress } from "../queue-options.ts";

interface Options extends CommonOptions, QueueOptions {
  readonly map?: readonly PathMap[];
  readonly lease: number;
  readonly idle?: number;
}

/** `rootstock worker`: does what `compare --queue` asks, on any machine that sees its folders. */
export function workerCommand(face: Face): Command {
  return addQueueOption(addCommonOptions(new Command("worker")))
    .summary("do the tasks of `compare --queue`, here or on another machine")
    .description(
      "Takes tasks off a queue and does them, one at a time, until it is stopped. Start as many as the machines have room for.\n" +
        "Each must see the run's folder, the data and the cache of the one that asks.",
    )
    .option(
      "--map <from=to>",
      "where this machine sees a folder of the one that asks, repeatable; default: at the same path",
      pathMaps,
    )
    .option(
      "--lease <seconds>",
      "without a sign of life for so long, this worker's task goes to another",
      wholeNumber(1, 3600),
      30,
    )
    .option("--idle <seconds>", "end after so long without a task; default: never", wholeNumber(1))
    .action(
      action(face, async (options: Options) => {
        const { map, lease, idle } = options;
        const queue = queueAddress({ queue: options.queue ?? true }, process.env)!;
        const run = startWorker({
          queue,
          maps: map,
          leaseSeconds: lease,
          idleSeconds: idle,
          signal: face.signal,
        });
        const result = await face.follow(run, options);
        if (options.json === true) face.json(result);
        else face.print(face.words.results.worked(result.tasks));
      }),
    );
}
