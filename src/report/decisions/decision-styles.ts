/** What a page of decisions has beyond the report's look; colours are the report's names. */
export const decisionStyles = `
.piles { display: flex; flex-wrap: wrap; gap: 0.5rem; margin: 1.6rem 0 0.6rem; }
.piles button, .answers button, .leave button { font: inherit; color: var(--ink); background: var(--panel);
  border: 1px solid var(--soft); border-radius: 8px; padding: 0.4rem 0.8rem; cursor: pointer; }
.piles button span { color: var(--soft); font-variant-numeric: tabular-nums; }
.piles button[aria-pressed="true"] { border-color: var(--accent); box-shadow: inset 0 0 0 1px var(--accent); font-weight: 620; }
.stage { display: grid; grid-template-columns: minmax(0, 3fr) minmax(14rem, 2fr); gap: 1.6rem; margin-top: 1rem; align-items: start; }
.stage figure { margin: 0; min-width: 0; }
.picture { display: grid; place-items: center; height: min(48vh, 26rem); background: var(--track); border-radius: 12px; overflow: hidden; color: var(--soft); }
.picture img { width: 100%; height: 100%; object-fit: contain; }
figcaption { display: grid; gap: 0.15rem; margin-top: 0.6rem; font-size: 0.92rem; }
#decided { color: var(--accent); min-height: 1.5em; }
.answers h2 { font-size: 1.05rem; margin: 0 0 0.6rem; }
#answers { display: grid; gap: 0.35rem; }
.answers button { display: flex; gap: 0.7em; text-align: left; width: 100%; overflow-wrap: anywhere; }
.answers button kbd { color: var(--soft); min-width: 1.3em; }
.answers button.suggested { border-color: var(--accent); font-weight: 620; }
.answers button:hover, .leave button:hover, .piles button:hover { border-color: var(--ink); }
.answers p { margin: 0.8rem 0 0; }
.answers input { font: inherit; color: var(--ink); background: var(--panel); border: 1px solid var(--soft); border-radius: 6px; padding: 0.35rem 0.5rem; width: 100%; margin-top: 0.2rem; }
kbd { font: 0.85em ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; }
.strip { display: flex; gap: 0.4rem; overflow-x: auto; list-style: none; margin: 1.4rem 0 5rem; padding: 0.3rem; }
.strip button { display: block; width: 4.6rem; height: 4.6rem; padding: 0; border: 2px solid transparent; border-radius: 8px; background: var(--track); color: var(--soft); overflow: hidden; cursor: pointer; font: 0.7rem/1.2 inherit; }
.strip img { width: 100%; height: 100%; object-fit: cover; display: block; }
.strip [aria-current="true"] { border-color: var(--ink); }
.strip .done { border-color: var(--accent); }
.strip .done img { opacity: 0.5; }
.strip [aria-current="true"].done { border-color: var(--ink); }
.leave { position: fixed; inset: auto 0 0; display: flex; flex-wrap: wrap; gap: 0.6rem; align-items: center; margin: 0;
  padding: 0.7rem 1.5rem; background: var(--panel); border-top: 1px solid var(--line); }
.leave #progress { flex: 1 1 12rem; font-variant-numeric: tabular-nums; }
@media (max-width: 46rem) { .stage { grid-template-columns: minmax(0, 1fr); } .picture { height: 40vh; } }
`;
