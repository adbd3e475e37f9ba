import { escape } from "../../realtime/core/svg.ts";

/** A part of a page: a heading, words below it, and a picture or table. */
export interface PagePart {
  readonly heading: string;
  readonly words: string;
  /** Markup that this package has made. */
  readonly content: string;
}

const STYLE = `:root{color-scheme:light dark}body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:1240px;
padding:0 1rem;background:light-dark(#fff,#16181d);color:light-dark(#1b1f24,#e6e8eb)}table{border-collapse:collapse}
th,td{padding:.15rem .8rem .15rem 0;text-align:right;font-variant-numeric:tabular-nums}th:first-child,td:first-child{
text-align:left}input{font:inherit;padding:.2rem .5rem;width:20rem;max-width:100%}.dim{opacity:.25}.call{cursor:pointer}`;

// Reads nothing but the boxes that are there: a click or Enter makes a call as wide as the picture, another on the
// lowest box shows all again, and what is searched for stays bright.
const SCRIPT =
  `for(const svg of document.querySelectorAll("svg.flame")){const calls=[...svg.querySelectorAll("g.call")].map(g=>{
const r=g.querySelector("rect"),t=g.querySelector("text");g.tabIndex=0;return{g,r,t,x:+r.getAttribute("x"),w:+r.getAttribute("width"),
y:+r.getAttribute("y"),name:g.querySelector("title").textContent}});const zoom=c=>{const k=1180/c.w;for(const d of calls){
const inside=d.y<=c.y?d.x>=c.x-.01&&d.x+d.w<=c.x+c.w+.01:d.x<=c.x+.01&&d.x+d.w>=c.x+c.w-.01;d.g.style.display=inside?"":"none";
const x=Math.max(10,10+(d.x-c.x)*k),w=Math.min(1180,d.w*k);d.r.setAttribute("x",x);d.r.setAttribute("width",w);if(d.t){
d.t.setAttribute("x",x+3);d.t.style.display=w<30?"none":""}}};for(const c of calls){c.g.addEventListener("click",()=>zoom(c));
c.g.addEventListener("keydown",e=>{if(e.key==="Enter")zoom(c)})}document.querySelector("#search").addEventListener("input",e=>{
const word=e.target.value.toLowerCase();for(const c of calls)c.g.classList.toggle("dim",word!==""&&!c.name.toLowerCase().includes(word))})}`;

/** A page of its own, without anything from elsewhere: one can save it and send it on. */
export function drawPage(title: string, parts: readonly PagePart[]): string {
  const sections = parts.map(({ heading, words, content }) =>
    `<section>\n<h2>${escape(heading)}</h2>\n<p>${escape(words)}</p>\n${content}</section>`
  );
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'">
<title>${escape(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<h1>${escape(title)}</h1>
<p><label>Search for a function or file: <input id="search" type="search"></label></p>
${sections.join("\n")}
<script>${SCRIPT}</script>
</body>
</html>
`;
}

/** A table; the first column is text. */
export function drawTable(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  const head = columns.map((column) => `<th scope="col">${escape(column)}</th>`).join("");
  const body = rows.map((row) => `<tr>${row.map((cell) => `<td>${escape(cell)}</td>`).join("")}</tr>`);
  return `<table>\n<thead><tr>${head}</tr></thead>\n<tbody>\n${body.join("\n")}\n</tbody>\n</table>\n`;
}
