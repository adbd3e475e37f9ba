/** Colours are those of GitHub, for light and dark pages; lines differ by their dashes too. */
export const CHART_STYLE = `
  .panel { fill: #ffffff; stroke: #d0d7de; }
  text { font: 12px system-ui, sans-serif; fill: #59636e; }
  .title { font-size: 13px; font-weight: 600; fill: #1f2328; }
  .key { fill: #1f2328; }
  .grid { stroke: #d0d7de; }
  .line { fill: none; stroke-width: 2; stroke-linejoin: round; }
  .line0 { stroke: #0969da; }
  .line1 { stroke: #bc4c00; stroke-dasharray: 7 3; }
  .line2 { stroke: #1a7f37; stroke-dasharray: 2 3; }
  .line3 { stroke: #8250df; stroke-dasharray: 9 3 2 3; }
  .line4 { stroke: #59636e; stroke-width: 1.5; }
  .line5 { stroke: #bf3989; stroke-dasharray: 4 4; }
  @media (prefers-color-scheme: dark) {
    .panel { fill: #0d1117; stroke: #3d444d; }
    text { fill: #9198a1; }
    .title, .key { fill: #f0f6fc; }
    .grid { stroke: #3d444d; }
    .line0 { stroke: #4493f8; }
    .line1 { stroke: #f0883e; }
    .line2 { stroke: #3fb950; }
    .line3 { stroke: #ab7df8; }
    .line4 { stroke: #9198a1; }
    .line5 { stroke: #db61a2; }
  }
`;

/** The most lines that the style tells apart. */
export const CHART_LINES = 6;
