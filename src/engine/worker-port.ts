import { Worker } from "node:worker_threads";
import { RootstockError } from "../base/errors.ts";
import { closeGate, forgetGate, openGate } from "./worker-gate.ts";
import type { AnswerOf, CallName, RequestOf, WorkerAnswer } from "./worker-protocol.ts";

/** How a call is made. */
export interface AskOptions {
  /** Buffers that move to the worker when the call begins. */
  readonly transfer?: readonly ArrayBuffer[];
  readonly signal?: AbortSignal | undefined;
}

interface Call {
  readonly kind: CallName;
  readonly body: unknown;
  readonly transfer: readonly ArrayBuffer[];
  resolve(answer: unknown): void;
  reject(error: unknown): void;
}

const loadHint =
  "`rootstock doctor` says whether ONNX Runtime loads on this machine. Where code is bundled, leave rootstock out of " +
  "the bundle: its worker and the runtime are files of their own.";

/** The call under way and those behind it, whose pictures are decoded meanwhile: the worker never waits for either. */
const callsPosted = 3;

/** What every call to an engine that was closed throws. */
export function closedError(): RootstockError {
  return engineError("it is closed", "What has been disposed of is not used again: open another.");
}

function engineError(reason: string, hint = ""): RootstockError {
  return new RootstockError("E_ENGINE", `engine: ${reason}.`, { hint });
}

/**
 * A worker behind questions and answers, taken in the order asked.
 * Idle, it keeps no process alive; when it dies, every call fails with E_ENGINE and nothing hangs.
 */
export class WorkerPort {
  readonly #gate = openGate();
  readonly #worker = new Worker(new URL("./native-worker.js", import.meta.url), {
    workerData: this.#gate,
    // The caller's flags (--input-type, --import, --test, --inspect-brk), given either way, are meant for its own code.
    execArgv: [],
    env: { ...process.env, NODE_OPTIONS: "" },
  });
  readonly #queue: Call[] = [];
  readonly #posted = new Map<number, Call>();
  #calls = 0;
  #end: RootstockError | null = null;
  #whenIdle: () => void = () => undefined;

  constructor() {
    this.#worker.on("message", (message: WorkerAnswer) => this.#receive(message));
    this.#worker.on("error", (error) => this.#lose(`the worker thread failed: ${error.message}`, loadHint));
    this.#worker.on("messageerror", (error) =>
      this.#fail(engineError(`an answer cannot be read: ${error.message}`)),
    );
    this.#worker.on("exit", () => this.#lose("the worker thread has ended"));
    this.#worker.unref();
  }

  /** Calls that have no answer yet. */
  get pending(): number {
    return this.#posted.size + this.#queue.length;
  }

  /**
   * Throws E_ENGINE when the runtime refuses or the worker has ended. Once the signal fires it throws the signal's
   * reason at once: a call still in the queue is never begun, the answer to one begun is dropped.
   */
  ask<K extends CallName>(kind: K, body: RequestOf<K>, options: AskOptions = {}): Promise<AnswerOf<K>> {
    const { transfer = [], signal } = options;
    if (this.#end !== null) return Promise.reject(this.#end);
    if (signal?.aborted) return Promise.reject(signal.reason as Error);
    let call: Call;
    const abandon = (): void => {
      const at = this.#queue.indexOf(call);
      if (at >= 0) this.#queue.splice(at, 1);
      call.reject(signal!.reason);
    };
    const answered = new Promise<AnswerOf<K>>((resolve, reject) => {
      call = { kind, body, transfer, resolve: (answer) => resolve(answer as AnswerOf<K>), reject };
      signal?.addEventListener("abort", abandon, { once: true });
      this.#queue.push(call);
      this.#pump();
    });
    return answered.finally(() => signal?.removeEventListener("abort", abandon));
  }

  /** Calls without an answer fail at once; the worker ends once it has come out of the one under way. */
  async close(): Promise<void> {
    closeGate(this.#gate);
    this.#fail(closedError());
    this.#pump();
    if (this.#posted.size > 0) await new Promise<void>((resolve) => (this.#whenIdle = resolve));
    await this.#worker.terminate();
  }

  #pump(): void {
    while (this.#posted.size < callsPosted && this.#queue.length > 0) this.#post(this.#queue.shift()!);
    if (this.#posted.size > 0) this.#worker.ref();
    else {
      this.#worker.unref();
      this.#whenIdle();
    }
  }

  #post(call: Call): void {
    const id = (this.#calls += 1);
    try {
      this.#worker.postMessage({ id, kind: call.kind, body: call.body }, call.transfer);
      this.#posted.set(id, call);
    } catch (cause) {
      const words = `engine: the feeds cannot be handed to the worker (${(cause as Error).message}).`;
      call.reject(new RootstockError("E_ENGINE", words, { cause }));
    }
  }

  #receive(message: WorkerAnswer): void {
    const call = this.#posted.get(message.id);
    this.#posted.delete(message.id);
    this.#pump();
    if ("answer" in message) call?.resolve(message.answer);
    else
      call?.reject(
        new RootstockError(message.error.code, message.error.message, { hint: message.error.hint }),
      );
  }

  #fail(error: RootstockError): void {
    this.#end ??= error;
    for (const { reject } of [...this.#posted.values(), ...this.#queue.splice(0)]) reject(this.#end);
  }

  /** The worker itself has gone: no answer will come. */
  #lose(reason: string, hint?: string): void {
    this.#fail(engineError(reason, hint));
    forgetGate(this.#gate);
    this.#posted.clear();
    this.#pump();
  }
}
