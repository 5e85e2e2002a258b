import { openLedger } from "../src/ledger/ledger.ts";

/** What opening a ledger and adding to it cost, in processor time of the process. */
export interface LedgerReading {
  readonly openCpuMs: number;
  readonly appendCpuMs: number;
  /** Largest resident memory of the process, before the labels are asked for. */
  readonly peakBytes: number;
}

// `node read-ledger-in-child.js FILE`: opens it, adds one event, and prints a LedgerReading
const cpuMs = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};
const start = cpuMs();
const ledger = await openLedger(process.argv[2]!);
const opened = cpuMs();
await ledger.append([{ type: "class-added", label: `new at ${ledger.lines}` }]);
const reading: LedgerReading = {
  openCpuMs: opened - start,
  appendCpuMs: cpuMs() - opened,
  peakBytes: process.resourceUsage().maxRSS * 1024,
};
console.log(JSON.stringify(reading));
