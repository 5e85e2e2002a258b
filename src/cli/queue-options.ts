import { type Command, InvalidArgumentError } from "commander";
import { RootstockError } from "../base/errors.ts";
import type { PathMap } from "../workflow/worker.ts";

/** How the command line names a queue: its address; true where the environment is to name it. */
export interface QueueOptions {
  readonly queue?: string | true;
}

/** The environment variable that holds a queue's address, so that no command line need hold a password. */
export const queueVariable = "ROOTSTOCK_QUEUE";

/** `--queue`: the same for whoever asks and whoever works. */
export function addQueueOption(command: Command): Command {
  return command.option(
    "--queue [address]",
    "work through a queue: redis://[user:password@]host[:port][/database], Redis or Valkey; " +
      `without an address the one in ${queueVariable}`,
  );
}

/** The address that was asked for, undefined where none was. Throws E_OPTION where the environment has none either. */
export function queueAddress(
  { queue }: QueueOptions,
  environment: Readonly<Record<string, string | undefined>>,
): string | undefined {
  if (queue !== true) return queue;
  const address = environment[queueVariable];
  if (address) return address;
  throw new RootstockError(
    "E_OPTION",
    `queue: expected an address after --queue or in ${queueVariable}, got none.`,
    {
      hint: `Set ${queueVariable}=redis://:password@host:6379/0.`,
    },
  );
}

/**
 * A command line that holds a queue's password is taken out of the list of processes, which every user of a machine may
 * read; only its first words stay. For the moment before, and the shell's history, the environment is the better place.
 */
export function hidePassword(words: readonly string[]): void {
  if (words.some((word) => /:\/\/[^/]*@/.test(word))) process.title = "rootstock";
}

/** `FROM=TO`, repeated, as a commander parser. */
export function pathMaps(text: string, previous: readonly PathMap[] = []): PathMap[] {
  const [from, to, ...rest] = text.split("=");
  if (!from || !to || rest.length > 0) throw new InvalidArgumentError("Expected FROM=TO, two folders.");
  return [...previous, { from, to }];
}
