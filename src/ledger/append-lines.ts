import { open } from "node:fs/promises";
import { explained } from "../base/errors.ts";

/** Where lines are put behind what is there. */
export interface AppendOptions {
  /** Bytes that stay; what lies behind them is the torn end of a recording, and is cut off. */
  readonly at: number;
  /** Whether what stays ends inside a line that lacks nothing but its line end. */
  readonly isUnended: boolean;
}

const pieceLines = 4096;

/**
 * Puts lines behind the first `at` bytes of a file, flushed to the disk before it returns; returns the file's new size.
 * Where the system refuses, the file ends at `at` again as far as it lets us. Throws E_DISK_FULL, or E_FILE with the reason.
 */
export async function appendLines(
  path: string,
  lines: readonly string[],
  { at, isUnended }: AppendOptions,
): Promise<number> {
  try {
    await using file = await open(path, "r+");
    await file.truncate(at);
    let end = at;
    try {
      const put = async (text: string): Promise<void> => {
        const bytes = Buffer.from(text);
        for (let done = 0; done < bytes.length;)
          done += (await file.write(bytes, done, bytes.length - done, end + done)).bytesWritten;
        end += bytes.length;
      };
      if (isUnended) await put("\n");
      for (let i = 0; i < lines.length; i += pieceLines)
        await put(`${lines.slice(i, i + pieceLines).join("\n")}\n`);
      await file.sync();
      return end;
    } catch (error) {
      await file.truncate(at).catch(() => undefined);
      throw error;
    }
  } catch (cause) {
    throw explained(cause, { subject: JSON.stringify(path), doing: "write" });
  }
}
