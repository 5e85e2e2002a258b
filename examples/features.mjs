// Features for code of your own: which photos of a class look alike to the network?
// node examples/features.mjs [photos]
import { join } from "node:path";
import { extractFeatures, openBackbone, openEngine, readManifest, rowOf } from "rootstock";

const manifest = await readManifest(process.argv[2] ?? "samples/flowers");
const backbone = await openBackbone("gabor-bank"); // or "network.onnx", "alexnet.pth", a name from `backbones list`
const engine = await openEngine();
const rows = manifest.rows.filter(({ label }) => label === manifest.classes[0]);
const images = rows.map((row) => ({ ...row, path: join(manifest.root, row.path) }));
const { matrix, layer, pooling } = await extractFeatures(images, backbone, { engine, cache: null });
await engine.close();

console.log(`${matrix.rows} x ${matrix.columns} from ${layer}, pooled by ${pooling}`);
//> 60 x 710 from features, pooled by avg

const cosine = (a, b) => dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
const dot = (a, b) => a.reduce((sum, value, i) => sum + value * b[i], 0);

const [first, ...others] = images.keys();
const alike = others
  .map((row) => ({ row, likeness: cosine(rowOf(matrix, first), rowOf(matrix, row)) }))
  .sort((a, b) => b.likeness - a.likeness);
console.log(rows[first].path); //> daisy/daisy-01.jpg
for (const { row, likeness } of alike.slice(0, 2)) console.log(rows[row].path, likeness.toFixed(2));
