import { explained } from "../base/errors.ts";

/** One of the two streams that a command writes to. Writes while somebody reads; nothing after that. */
export interface OutputStream {
  readonly isTTY: boolean;
  readonly columns: number;
  write(text: string): void;
}

interface Watched {
  /** The reader has seen enough and closed its end: `rootstock predict ... | head -1`. */
  onReaderGone(): void;
  /** The stream cannot take more: a redirection to a full disk. */
  onFault(error: unknown): void;
}

/** What writing into a pipe or socket that nobody reads any more gives, by system and moment. */
const readerGone = new Set([
  "EPIPE",
  "ECONNRESET",
  "EOF",
  "ERR_STREAM_DESTROYED",
  "ERR_STREAM_WRITE_AFTER_END",
]);

/**
 * A standard stream that may lose its reader without ending the process: each fault is told once, later writes go
 * nowhere. What the loss means for the work is the caller's to decide.
 */
export function watchOutput(stream: NodeJS.WriteStream, name: string, watched: Watched): OutputStream {
  let isOpen = true;
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (!isOpen) return;
    isOpen = false;
    if (readerGone.has(error.code ?? "")) watched.onReaderGone();
    else watched.onFault(explained(error, { subject: name, doing: "write" }));
  });
  return {
    get isTTY() {
      return stream.isTTY;
    },
    get columns() {
      return stream.columns;
    },
    write: (text) => {
      if (isOpen) stream.write(text);
    },
  };
}
