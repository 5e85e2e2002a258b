import { Session } from "node:inspector";
import { isMainThread } from "node:worker_threads";
import { RootstockError } from "../base/errors.ts";

const variable = "ORT_DISABLE_TELEMETRY";

/** How long a main thread may take to answer before the runtime is refused, in milliseconds. */
const answerMs = 5000;

let silenced: Promise<void> | null = null;

/**
 * Keeps ONNX Runtime to this machine. Its binaries keep a telemetry store in the user's cache folder and send it when
 * a process lives long enough, unless `ORT_DISABLE_TELEMETRY=1` stands in the process's own environment when the
 * runtime makes its first session. Node gives worker threads a copy of that environment, so a worker asks the main
 * thread to set it. Throws E_ENGINE where no main thread answers: better no runtime than one that reports.
 */
export function silenceRuntime(): Promise<void> {
  silenced ??= isMainThread ? setHere() : askMainThread();
  return silenced;
}

async function setHere(): Promise<void> {
  process.env[variable] = "1";
}

async function askMainThread(): Promise<void> {
  const session = new Session();
  try {
    session.connectToMainThread();
    await new Promise<void>((resolve, reject) => {
      const late = setTimeout(reject, answerMs, new Error(`no answer in ${answerMs} ms`));
      const expression = `process.env.${variable} = "1"`;
      session.post("Runtime.evaluate", { expression }, (error) => {
        clearTimeout(late);
        if (error === null) resolve();
        else reject(error);
      });
    });
  } catch (cause) {
    throw new RootstockError(
      "E_ENGINE",
      `engine: ONNX Runtime's telemetry cannot be switched off from this worker thread (${(cause as Error).message}).`,
      { hint: `Start the process with ${variable}=1, or open the engine on the main thread first.`, cause },
    );
  } finally {
    session.disconnect();
  }
}
