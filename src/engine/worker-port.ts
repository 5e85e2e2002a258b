import { Worker } from "node:worker_threads";
import { RootstockError } from "../base/errors.ts";
import type { AnswerOf, CallName, RequestOf, WorkerAnswer } from "./worker-protocol.ts";

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

/** The call under way and the next, so that the worker never waits for the main thread between two. */
const callsPosted = 2;

/**
 * A worker behind questions and answers, taken in the order asked.
 * Idle, it keeps no process alive; when it dies, every call fails with E_ENGINE and nothing hangs.
 */
export class WorkerPort {
  readonly #worker = new Worker(new URL("./native-worker.js", import.meta.url));
  readonly #queue: Call[] = [];
  readonly #posted = new Map<number, Call>();
  #calls = 0;
  #end: RootstockError | null = null;

  constructor() {
    this.#worker.on("message", (message: WorkerAnswer) => this.#receive(message));
    this.#worker.on("error", (error) => this.#fail(`the worker thread failed: ${error.message}`));
    this.#worker.on("messageerror", (error) => this.#fail(`an answer cannot be read: ${error.message}`));
    this.#worker.on("exit", () => this.#fail("the worker thread has ended"));
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

  /** Ends the worker after the node it is computing; calls without an answer fail. */
  async close(): Promise<void> {
    this.#fail("it is closed");
    await this.#worker.terminate();
  }

  #pump(): void {
    while (this.#posted.size < callsPosted && this.#queue.length > 0) this.#post(this.#queue.shift()!);
    if (this.#posted.size > 0) this.#worker.ref();
    else this.#worker.unref();
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
    else call?.reject(new RootstockError(message.error.code, message.error.message));
  }

  #fail(reason: string): void {
    this.#end ??= new RootstockError("E_ENGINE", `engine: ${reason}.`);
    for (const { reject } of [...this.#posted.values(), ...this.#queue.splice(0)]) reject(this.#end);
    this.#posted.clear();
    this.#worker.unref();
  }
}
