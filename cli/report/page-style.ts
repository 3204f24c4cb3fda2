import type { Html } from './html.ts';

/** The look of the report: the colours of the console page, on a screen in its scheme, and on paper in ink. */
export const pageStyle: Html = {
  markup: `<style>
:root { color-scheme: light dark;
  --ground: #f6f5f1; --sheet: #fffefb; --ink: #22252a; --quiet: #5d636d; --line: #dcd9d0; --thread: #0b6e62;
  --good: #0b6e62; --calm: #5fa497; --warn: #c9770a; --rest: #9aa0a8;
  font: 16px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--ground); }
@media screen and (prefers-color-scheme: dark) { :root {
  --ground: #15181b; --sheet: #1c2024; --ink: #e4e6e3; --quiet: #9aa3ab; --line: #31373d; --thread: #5cc4b3;
  --good: #5cc4b3; --calm: #2f7f74; --warn: #e0aa55; --rest: #68717a; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 60rem; padding: 2.5rem 1.25rem 3rem; }
h1 { font-size: 1.75rem; line-height: 1.2; letter-spacing: -.01em; margin: 0; }
h2 { font-size: 1.15rem; line-height: 1.3; margin: 0 0 .25rem; }
h3 { font-size: .95rem; margin: 0; }
p { margin: 0; max-width: 42rem; }
header p { color: var(--quiet); margin-top: .35rem; }
.quiet, figcaption, footer { color: var(--quiet); }
section { background: var(--sheet); border: 1px solid var(--line); border-radius: 10px; padding: 1.4rem 1.5rem 1.5rem; margin-top: 1.25rem; }
section > p { color: var(--quiet); font-size: .92rem; }
.tiles { display: grid; grid-template-columns: repeat(4, 1fr); gap: 1.25rem; margin: 1.75rem 0 .5rem; }
.tiles div { border-top: 3px solid var(--thread); padding-top: .6rem; display: flex; flex-direction: column; }
.tiles dt { color: var(--quiet); font-size: .86rem; line-height: 1.35; order: 2; }
.tiles dd { margin: 0; font-size: 1.7rem; line-height: 1.25; letter-spacing: -.01em; font-variant-numeric: tabular-nums; }
.tiles dd + dd { order: 3; font-size: .86rem; letter-spacing: 0; color: var(--quiet); }
figure { margin: 1.1rem 0 0; }
.legend { display: flex; flex-wrap: wrap; gap: .2rem 1.2rem; font-size: .86rem; margin-bottom: .9rem; }
.key { display: inline-block; width: .7rem; height: .7rem; border-radius: 2px; margin-right: .4rem; }
.bars { display: grid; grid-template-columns: max-content minmax(4rem, 1fr) max-content; gap: .5rem 1rem; align-items: center; grid-auto-flow: dense; }
.bars .label { grid-column: 1; }
.bars svg { grid-column: 2; display: block; width: 100%; height: 1rem; }
.bars .figure { grid-column: 3; text-align: right; font-variant-numeric: tabular-nums; font-size: .92rem; }
.good { fill: var(--good); background: var(--good); } .calm { fill: var(--calm); background: var(--calm); }
.warn { fill: var(--warn); background: var(--warn); } .rest { fill: var(--rest); background: var(--rest); }
.scroll { overflow-x: auto; margin-top: 1.3rem; }
table { border-collapse: collapse; width: 100%; font-size: .92rem; }
th, td { padding: .45rem .8rem .45rem 0; text-align: left; vertical-align: baseline; border-bottom: 1px solid var(--line); }
th:last-child, td:last-child { padding-right: 0; }
thead th { color: var(--quiet); font-weight: 500; font-size: .84rem; line-height: 1.3; vertical-align: bottom; }
tbody th { font-weight: 500; white-space: nowrap; }
tbody th, tfoot th, thead th:first-child { position: sticky; left: 0; background: var(--sheet); }
td:not(.number) { min-width: 7.5rem; }
tfoot th, tfoot td { font-weight: 600; border-bottom: 0; } tfoot .quiet { font-weight: 400; }
.number { text-align: right; font-variant-numeric: tabular-nums; } td.number { white-space: nowrap; }
.calls { list-style: none; margin: 1rem 0 0; padding: 0; }
.calls li { border-top: 1px solid var(--line); padding: .8rem 0; overflow-wrap: anywhere; }
.calls li:last-child { padding-bottom: 0; }
.calls p { max-width: none; margin-top: .15rem; } .calls .quiet { font-size: .86rem; }
code { font: .9em ui-monospace, monospace; }
.terms dt { font-weight: 600; margin-top: .9rem; } .terms dd { margin: .1rem 0 0; max-width: 42rem; color: var(--quiet); }
footer { font-size: .86rem; margin-top: 1.5rem; }
:focus-visible { outline: 2px solid var(--thread); outline-offset: 2px; }
@media (max-width: 40rem) {
  body { padding: 1.5rem .9rem 2rem; } section { padding: 1.1rem 1rem 1.2rem; }
  .tiles { grid-template-columns: repeat(2, 1fr); gap: 1.1rem .9rem; }
  .bars { grid-template-columns: 1fr max-content; gap: .1rem .8rem; }
  .bars .figure { grid-column: 2; } .bars svg { grid-column: 1 / -1; margin-bottom: .55rem; }
}
@media print { :root { color-scheme: light; --sheet: #fff; background: #fff; font-size: 11pt; } body { max-width: none; padding: 0; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  section { border: 0; border-top: 1px solid var(--line); border-radius: 0; padding: 1rem 0 0; }
  .scroll { overflow: visible; } figure, li, tr, .tiles div { break-inside: avoid; } h2, h3 { break-after: avoid; } }
</style>`,
};
