/** `node scan-in-child.js FOLDER`: reads it as a data set; prints the manifest and the megabytes that peak memory grew by. */
import { readManifest } from "../../src/data/read-manifest.ts";

const before = process.resourceUsage().maxRSS / 1024;
const manifest = await readManifest(process.argv[2]!);
const grownMegabytes = process.resourceUsage().maxRSS / 1024 - before;
process.stdout.write(JSON.stringify({ manifest, grownMegabytes }));
