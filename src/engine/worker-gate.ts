/**
 * What a worker and the thread that made it share: how many calls of it are inside the runtime, and whether more may enter.
 * A worker that is stopped inside the runtime takes the whole process with it (the runtime cannot hand its result to
 * JavaScript that has gone, and aborts), so it is only ever stopped outside.
 */
export type WorkerGate = Int32Array<SharedArrayBuffer>;

const inside = 0;
const closed = 1;

/** How long the end of a process may wait for a call under way, in milliseconds. */
const exitWaitMs = 30_000;

const gates = new Set<WorkerGate>();

/** An open gate, which the end of the process closes too, whoever ends it. */
export function openGate(): WorkerGate {
  if (gates.size === 0) process.on("exit", leaveAll);
  const gate = new Int32Array(new SharedArrayBuffer(8));
  gates.add(gate);
  return gate;
}

/** Lets no further call in; the one under way goes on. */
export function closeGate(gate: WorkerGate): void {
  Atomics.store(gate, closed, 1);
}

/** The worker behind the gate has ended: nobody needs to wait for it. */
export function forgetGate(gate: WorkerGate): void {
  gates.delete(gate);
  if (gates.size === 0) process.off("exit", leaveAll);
}

/** For the worker: runs `work` inside the gate; undefined where the gate is closed. */
export async function passGate<T>(gate: WorkerGate, work: () => Promise<T>): Promise<T | undefined> {
  Atomics.add(gate, inside, 1); // first in, then look: the other side closes first, then looks
  try {
    return Atomics.load(gate, closed) === 1 ? undefined : await work();
  } finally {
    Atomics.sub(gate, inside, 1);
    Atomics.notify(gate, inside);
  }
}

/** `process.exit`, or an error that nobody caught, stops workers wherever they are: wait until they are outside. */
function leaveAll(): void {
  gates.forEach(closeGate);
  const end = Date.now() + exitWaitMs;
  for (const gate of gates)
    for (let calls; (calls = Atomics.load(gate, inside)) > 0 && Date.now() < end;)
      Atomics.wait(gate, inside, calls, end - Date.now());
}
