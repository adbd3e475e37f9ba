/** The style of the page: one column on a phone, light or dark as the reader prefers. */
export function pageStyle(): string {
  return `:root {
  color-scheme: light dark;
  --paper: #ffffff; --panel: #f6f8fa; --ink: #1f2328; --note: #59636e; --edge: #d0d7de; --mark: #0969da; --bar: #54aeff;
  --line0: #0969da; --line1: #bc4c00; --line2: #1a7f37; --line3: #8250df;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #0d1117; --panel: #151b23; --ink: #f0f6fc; --note: #9198a1; --edge: #3d444d; --mark: #4493f8; --bar: #1f6feb;
    --line0: #4493f8; --line1: #f0883e; --line2: #3fb950; --line3: #ab7df8;
  }
}
* { box-sizing: border-box; }
[hidden] { display: none !important; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
header, main { max-width: 76rem; margin: 0 auto; padding: 0 1rem; }
header { display: flex; flex-wrap: wrap; gap: 0 1rem; align-items: center; padding-top: 0.75rem; }
header p { margin: 0; color: var(--note); }
#pause { margin-left: auto; }
h1 { font-size: 1.4rem; margin: 0.25rem 0; }
h2 { font-size: 1.1rem; margin: 0; display: inline; }
section, details { margin: 1.5rem 0; }
summary { cursor: pointer; margin-bottom: 0.5rem; }
.note { color: var(--note); margin: 0.25rem 0; }
.skip { position: absolute; left: -100rem; }
.skip:focus { left: 1rem; top: 0.5rem; background: var(--paper); padding: 0.5rem; z-index: 1; }
:focus-visible { outline: 2px solid var(--mark); outline-offset: 2px; }
button, select, input { font: inherit; color: inherit; background: var(--panel); border: 1px solid var(--edge); border-radius: 6px; padding: 0.25rem 0.7rem; min-height: 2rem; }
button:disabled { color: var(--note); }
a { color: var(--mark); }
#figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(9.5rem, 1fr)); gap: 0.75rem; margin: 1rem 0; }
#figures div { background: var(--panel); border: 1px solid var(--edge); border-radius: 8px; padding: 0.5rem 0.75rem; }
#figures dt { color: var(--note); font-size: 0.85rem; }
#figures dd { margin: 0; font-size: 1.25rem; font-variant-numeric: tabular-nums; }
.chart { min-height: 15rem; }
.chart .u-legend { font-size: 0.85rem; }
.scroll { overflow-x: auto; }
.scroll img { display: block; min-width: 44rem; max-width: 100%; height: auto; }
.tools { display: flex; flex-wrap: wrap; gap: 0.5rem; align-items: center; margin: 0.5rem 0; }
.tools span { color: var(--note); }
table.data { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
table.data caption { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
.data th, .data td { text-align: right; padding: 0.25rem 0.6rem; border-bottom: 1px solid var(--edge); white-space: nowrap; }
.data th:first-child, .data td:first-child, .data .text { text-align: left; }
.data th button, .data td button { border: 0; background: none; padding: 0.1rem 0.2rem; min-height: 1.6rem; font-weight: inherit; text-align: inherit; }
.data th[aria-sort] button { font-weight: 600; }
.data th[aria-sort="ascending"] button::after { content: " ▲"; }
.data th[aria-sort="descending"] button::after { content: " ▼"; }
.data td button { color: var(--mark); white-space: normal; overflow-wrap: anywhere; min-width: 8rem; }
.data td dl { display: grid; grid-template-columns: repeat(auto-fill, minmax(14rem, 1fr)); gap: 0.25rem 1rem; margin: 0.25rem 0; text-align: left; white-space: normal; }
.data td dl div { display: flex; justify-content: space-between; gap: 1rem; }
.data td dt { color: var(--note); }
.data td dd { margin: 0; white-space: pre-wrap; overflow-wrap: anywhere; }
.bar { display: inline-block; height: 0.8rem; background: var(--bar); border-radius: 2px; vertical-align: middle; }
.bars { min-width: 12rem; text-align: left !important; }
#messages { max-height: 16rem; overflow: auto; margin: 0.5rem 0; padding: 0.5rem 0.75rem; background: var(--panel); border: 1px solid var(--edge); border-radius: 8px; list-style: none; font: 13px/1.5 ui-monospace, monospace; overflow-wrap: anywhere; }
#messages:empty { display: none; }
#messages time { color: var(--note); margin-right: 0.75rem; }
#downloads { padding-left: 1.2rem; }
`;
}
