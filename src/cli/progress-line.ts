import { escapeControls } from "../base/quote-name.ts";
import { cutText } from "../base/text-width.ts";
import { wrapText } from "../base/wrap-text.ts";

/** The part of a writable stream that is needed; process.stderr is one. */
export interface ProgressStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

/** The last line of a terminal, to be drawn over, and lines above it that stay. */
export interface ProgressLine {
  readonly isLive: boolean;
  /** What fits into a line, in columns of the terminal. */
  width(): number;
  say(text: string): void;
  draw(text: string): void;
  clear(): void;
}

/** The last line of `stream`; where it is no terminal, nothing is drawn over. */
export function openLine(stream: ProgressStream, environment: NodeJS.ProcessEnv): ProgressLine {
  const isColoured = hasColour(stream, environment);
  let isDrawn = false;
  // One column stays free: a full line would wrap, and a wrapped line cannot be drawn over. Some terminals say 0.
  const width = (): number => (stream.columns || 80) - 1;
  const clear = (): void => {
    if (isDrawn) stream.write("\r\u001b[2K");
    isDrawn = false;
  };
  return {
    isLive: stream.isTTY === true && environment["TERM"] !== "dumb",
    clear,
    width,
    say(text) {
      clear();
      const lines = wrapText(escapeControls(text), stream.isTTY === true ? width() + 1 : Infinity);
      stream.write(lines.map((part) => `${part}\n`).join(""));
    },
    draw(text) {
      clear();
      stream.write(colourBar(cutText(escapeControls(text), width()), isColoured));
      isDrawn = true;
    },
  };
}

/** Green for what is done, dim for what is left. */
function colourBar(text: string, isColoured: boolean): string {
  if (!isColoured) return text;
  return text.replace(/█+/, "\u001b[32m$&\u001b[39m").replace(/░+/, "\u001b[2m$&\u001b[22m");
}

/** Whether colour is welcome on `stream`: a terminal, NO_COLOR not set (https://no-color.org), TERM not "dumb". */
export function hasColour(
  stream: { isTTY?: boolean },
  environment: NodeJS.ProcessEnv = process.env,
): boolean {
  const { NO_COLOR: noColour = "", TERM: terminal } = environment;
  return stream.isTTY === true && noColour === "" && terminal !== "dumb";
}
