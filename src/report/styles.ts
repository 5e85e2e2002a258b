/**
 * The whole look of the page. Two palettes of the same names, chosen by the reader's system; every text colour has a
 * contrast of at least 4.5 on its ground in both. One accent: leaf green. Wrong answers are rust.
 */
export const styles = `
:root {
  color-scheme: light dark;
  --ground: #fbfaf7; --panel: #ffffff; --ink: #1d211e; --soft: #59615b; --line: #e2e1da; --track: #ecebe4;
  --accent: #2c6e49; --accent-bar: #4c956c; --other-bar: #a9b4ac; --learnt: #c0894a; --wrong: #a63d1f; --warn-ground: #fdf3e3;
  --heat: 44 110 73; --miss: 182 76 40; --shadow: 0 1px 2px rgb(0 0 0 / 5%);
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --ground: #141715; --panel: #1c201d; --ink: #e8ebe6; --soft: #a4ada6; --line: #313832; --track: #2a302b;
    --accent: #7cc99a; --accent-bar: #4f9d70; --other-bar: #5b665e; --learnt: #cf9a5f; --wrong: #f0977a; --warn-ground: #322a1b;
    --heat: 92 178 128; --miss: 226 122 84; --shadow: none;
  }
}
* { box-sizing: border-box; }
html { scroll-behavior: smooth; -webkit-text-size-adjust: 100%; }
body {
  margin: 0; background: var(--ground); color: var(--ink);
  font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "PingFang SC", "Microsoft YaHei",
    "Noto Sans CJK SC", sans-serif;
  overflow-wrap: break-word;
}
.page { max-width: 68rem; margin: 0 auto; padding: 2.5rem 1.5rem 4rem; }
h1, h2, h3 { line-height: 1.2; font-weight: 650; text-wrap: balance; letter-spacing: -0.011em; }
h1 { font-size: clamp(1.7rem, 4.4vw, 2.6rem); margin: 0.4rem 0 0.9rem; letter-spacing: -0.022em; max-width: 24ch; }
h2 { font-size: 1.3rem; margin: 0 0 0.3rem; }
h3 { font-size: 1rem; margin: 1.6rem 0 0.4rem; }
p { margin: 0 0 0.8rem; max-width: 68ch; }
.lead { font-size: 1.1rem; }
.soft, .note { color: var(--soft); }
.note { font-size: 0.9rem; }
.eyebrow { color: var(--soft); font-size: 0.88rem; margin: 0; max-width: none; }
.eyebrow b { color: var(--accent); letter-spacing: 0.01em; }
section { margin-top: 3.25rem; }
section > .note { margin-bottom: 1.1rem; }
.scroll + .note { margin-top: 1.1rem; }
code, .path { font-family: ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: 0.88em; }
.path { overflow-wrap: anywhere; }
pre {
  background: var(--panel); border: 1px solid var(--line); border-radius: 8px; padding: 0.9rem 1rem; margin: 0 0 1rem;
  white-space: pre-wrap; overflow-wrap: anywhere;
}
a { color: var(--accent); }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 3px; }
.facts { display: flex; flex-wrap: wrap; gap: 1px; margin: 1.8rem 0 0;
  background: var(--line); border: 1px solid var(--line); border-radius: 12px; overflow: hidden; box-shadow: var(--shadow); }
.facts div { flex: 1 1 9.5rem; background: var(--panel); padding: 0.95rem 1.1rem; }
.facts dt { color: var(--soft); font-size: 0.84rem; }
.facts dd { margin: 0.1rem 0 0; font-size: 1.5rem; font-weight: 620; line-height: 1.25; font-variant-numeric: tabular-nums; }
.facts dd small { display: block; font-size: 0.82rem; font-weight: 400; color: var(--soft); }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; font-size: 0.94rem; }
caption { text-align: left; color: var(--soft); font-size: 0.9rem; padding-bottom: 0.5rem; }
th { text-align: left; font-weight: 560; color: var(--soft); font-size: 0.84rem; vertical-align: bottom; }
th, td { padding: 0.55rem 0.9rem 0.55rem 0; border-bottom: 1px solid var(--line); vertical-align: middle; }
th:last-child, td:last-child { padding-right: 0; }
tbody th { color: var(--ink); font-size: 0.94rem; min-width: 7rem; overflow-wrap: anywhere; }
.number { text-align: right; white-space: nowrap; }
.number + td:not(.number), .number + th:not(.number) { padding-left: 1.2rem; }
.best th, .best td { font-weight: 650; }
.badge { display: inline-block; margin-left: 0.5em; padding: 0 0.5em; border-radius: 99px; font-size: 0.74rem; font-weight: 600;
  color: var(--accent); border: 1px solid currentColor; vertical-align: 0.08em; }
.under { display: block; font-size: 0.82rem; font-weight: 400; color: var(--soft); }
.words { min-width: 13rem; }
.wrong { color: var(--wrong); }
svg { display: block; }
.interval { width: 100%; min-width: 9rem; height: 22px; }
.share { width: 100%; min-width: 6rem; height: 8px; }
.track { fill: var(--track); }
.bar { fill: var(--other-bar); }
.winner .bar, .share .bar { fill: var(--accent-bar); }
.whisker { fill: none; stroke: var(--ink); stroke-width: 1.5; vector-effect: non-scaling-stroke; }
.reliability { width: 100%; max-width: 22rem; }
.reliability text { fill: var(--soft); font-size: 11px; font-variant-numeric: tabular-nums; }
.reliability .axis { font-size: 12px; }
.reliability .grid { stroke: var(--line); fill: none; }
.reliability .diagonal { stroke: var(--soft); stroke-dasharray: 4 4; }
.reliability .curve { stroke: var(--accent-bar); stroke-width: 2; fill: none; }
.reliability circle { fill: var(--accent-bar); stroke: var(--ground); stroke-width: 1.5; }
figure { margin: 1.8rem 0 0; }
.panels { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(17rem, 100%), 1fr)); gap: 1.2rem 1.8rem; }
.panel { width: 100%; max-width: 26rem; }
.panel text { fill: var(--soft); font-size: 11px; font-variant-numeric: tabular-nums; }
.panel .heading { fill: var(--ink); font-size: 12px; font-weight: 560; }
.panel path { fill: none; stroke-linejoin: round; stroke-linecap: round; }
.panel .grid { stroke: var(--line); }
.panel .fold { stroke-width: 1; opacity: 0.38; }
.panel .mean { stroke-width: 2.4; }
.panel .whisker { stroke-width: 3.6; opacity: 0.34; vector-effect: none; }
.panel .queue { stroke: var(--accent-bar); }
.panel .random { stroke: var(--learnt); }
.panel .mean.random { stroke-dasharray: 5 4; }
.panel .training { stroke: var(--learnt); }
.panel .validation { stroke: var(--accent-bar); }
.panel .kept { fill: var(--ground); stroke: var(--accent); stroke-width: 1.6; }
.panel path.chosen { stroke: var(--ink); stroke-dasharray: 3 3; }
.panel text.chosen { fill: var(--ink); }
.keys { display: flex; flex-wrap: wrap; gap: 0.2rem 1.2rem; max-width: none; }
.keys span { display: inline-flex; align-items: center; gap: 0.45em; }
.key { width: 1.4em; height: 0; border-top: 2.5px solid var(--soft); border-radius: 2px; }
.key.training { border-color: var(--learnt); }
.key.queue { border-color: var(--accent-bar); }
.key.random { border-color: var(--learnt); border-top-style: dashed; }
.key.validation { border-color: var(--accent-bar); }
.key.kept { width: 0.6em; height: 0.6em; border: 1.6px solid var(--accent); border-radius: 50%; }
.pair { display: grid; grid-template-columns: minmax(16rem, 22rem) 1fr; gap: 1rem 2.5rem; align-items: start; }
.confusion { width: auto; table-layout: fixed; border-collapse: separate; border-spacing: 2px; font-size: 0.9rem; }
.confusion th, .confusion td { border: 0; padding: 0; }
.confusion thead th { padding: 0 0.25rem 0.35rem; text-align: center; min-width: 4.8rem; max-width: 7rem; overflow-wrap: anywhere; color: var(--ink); }
.confusion thead th.corner { text-align: left; color: var(--soft); font-weight: 400; }
.confusion tbody th { padding-right: 0.8rem; min-width: 5.5rem; max-width: 12rem; overflow-wrap: anywhere; }
.confusion button, .confusion span.cell {
  display: grid; place-items: center; width: 100%; min-width: 3.1rem; min-height: 2.9rem; border: 0; border-radius: 6px;
  font: inherit; font-variant-numeric: tabular-nums; color: var(--ink); background: var(--track);
}
.confusion span.cell { color: var(--soft); }
.confusion button { cursor: pointer; }
.confusion button:hover { box-shadow: inset 0 0 0 2px var(--soft); }
.confusion button[aria-expanded="true"] { box-shadow: inset 0 0 0 2px var(--ink); }
HEAT
label { font-size: 0.9rem; color: var(--soft); }
select { font: inherit; color: var(--ink); background: var(--panel); border: 1px solid var(--soft); border-radius: 6px; padding: 0.3rem 0.5rem; margin-left: 0.4rem; max-width: 100%; }
.choose { margin-bottom: 1rem; }
.photos { display: grid; grid-template-columns: repeat(auto-fill, minmax(8.5rem, 1fr)); gap: 1rem; margin: 1rem 0 0; padding: 0; list-style: none; }
.photos li { min-width: 0; font-size: 0.82rem; line-height: 1.4; }
.photos img, .photos .absent { display: block; width: 100%; aspect-ratio: 1; object-fit: contain; background: var(--track); border-radius: 8px; margin-bottom: 0.4rem; }
.photos .absent { display: grid; place-items: center; color: var(--soft); }
.photos .path { display: block; color: var(--soft); font-size: 0.76rem; }
.drawer { margin-top: 1.2rem; padding: 1.1rem 1.2rem; border: 1px solid var(--line); border-radius: 12px; background: var(--panel); box-shadow: var(--shadow); }
.drawer h3 { margin: 0; }
.drawer .photos { margin-top: 0.9rem; }
.warning { background: var(--warn-ground); border-radius: 8px; padding: 0.7rem 1rem; margin: 0 0 0.7rem; max-width: none; }
details { margin: 0.6rem 0; }
summary { cursor: pointer; color: var(--accent); }
.plain { display: grid; grid-template-columns: max-content 1fr; gap: 0.3rem 1.4rem; margin: 0; font-size: 0.94rem; }
.plain dt { color: var(--soft); }
.plain dd { margin: 0; min-width: 0; overflow-wrap: anywhere; }
footer { margin-top: 3.5rem; padding-top: 1.2rem; border-top: 1px solid var(--line); }
[hidden] { display: none !important; }
@media (max-width: 46rem) {
  .page { padding: 1.5rem 1rem 3rem; }
  section { margin-top: 2.5rem; }
  .pair { grid-template-columns: 1fr; }
  .plain { grid-template-columns: 1fr; gap: 0; }
  .plain dd { margin-bottom: 0.6rem; }
  th, td { padding-right: 0.45rem; }
  tbody th { min-width: 6rem; }
  .drawn { display: none; }
  .confusion thead th { min-width: 3.1rem; font-size: 0.7rem; overflow-wrap: break-word; }
  .confusion tbody th { min-width: 4rem; padding-right: 0.4rem; font-size: 0.76rem; overflow-wrap: break-word; }
}
@media print {
  :root { --ground: #fff; --shadow: none; }
  body { font-size: 11pt; }
  .page { max-width: none; padding: 0; }
  section, tr, .photos li, figure { break-inside: avoid; }
  h2 { break-after: avoid; }
  .choose, .drawer { display: none; }
  table { font-size: 8.5pt; }
  th, td { padding-right: 0.5rem; }
  .under { font-size: 7.5pt; }
  .number { white-space: normal; }
  .interval, .share { min-width: 4rem; }
  tbody th { font-size: inherit; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
`.replace("HEAT", heatRules());

/** Shades of a confusion cell: `heat-1` to `heat-10` for right answers, `miss-1` to `miss-10` for wrong ones. */
function heatRules(): string {
  const shade = (kind: string, step: number): string =>
    `.confusion .${kind}-${step} { background: rgb(var(--${kind}) / ${(0.06 + step * 0.045).toFixed(3)}); }`;
  const steps = Array.from({ length: 10 }, (_, i) => i + 1);
  return steps.flatMap((step) => [shade("heat", step), shade("miss", step)]).join("\n");
}
