/** The mark of the page in the tabs of a browser. */
export const PAGE_ICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16">
<rect width="16" height="16" rx="3" fill="#0969da"/>
<path d="M3 3h4v4h-4zM9 3h4v4h-4zM3 9h4v4h-4z" fill="#fff"/><path d="M9.5 9.5h3v3h-3z" fill="none" stroke="#fff"/>
</svg>
`;

/** What takes the program longer to find out, and is asked for while it is open. */
const CLOSER_LOOKS = `<details id="sizes" open>
<summary><h2>Sizes of blocks</h2></summary>
<p id="sizes-note" class="note"></p>
<div id="sizes-table"></div>
</details>
<details id="map" open>
<summary><h2>Heap map</h2></summary>
<form id="map-form">
<label for="map-heap">Heap</label>
<select id="map-heap"></select>
<button id="map-draw" type="submit">Draw</button>
</form>
<p id="map-note" class="note" role="status"></p>
<div class="scroll" tabindex="0" role="region" aria-label="Heap map"><img id="map-picture" alt="" hidden></div>
</details>
<details id="leaks" open>
<summary><h2>Leak suspects</h2></summary>
<p id="leaks-note" class="note"></p>
<div id="leaks-table"></div>
</details>
<details id="profile" open>
<summary><h2>Where memory was allocated</h2></summary>
<p id="profile-note" class="note"></p>
<div class="scroll" tabindex="0" role="region" aria-label="Flame graph"><img id="profile-picture" alt="" hidden></div>
</details>`;

/** The page without its figures, which its script fills in. */
export function pageHtml(): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Native memory</title>
<link rel="icon" href="icon.svg">
<link rel="stylesheet" href="chart.css">
<link rel="stylesheet" href="page.css">
<script defer src="chart.js"></script>
<script defer src="page.js"></script>
</head>
<body>
<a class="skip" href="#heaps">Skip to the heaps</a>
<header>
<h1>Native memory</h1>
<p id="process"></p>
<p id="status" role="status">Waiting for the first reading</p>
<button id="pause" type="button" aria-pressed="false">Pause</button>
</header>
<main>
<noscript><p>This page needs JavaScript; <code>mimalloc top</code> shows the same figures in a terminal.</p></noscript>
<dl id="figures"></dl>
<section aria-labelledby="memory-title">
<h2 id="memory-title">Memory over time</h2>
<div id="memory-chart" class="chart" role="img" aria-label="Chart of memory over time"></div>
</section>
<section aria-labelledby="rate-title">
<h2 id="rate-title">Allocations per second</h2>
<div id="rate-chart" class="chart" role="img" aria-label="Chart of allocations per second"></div>
</section>
<section id="heaps" tabindex="-1" aria-labelledby="heaps-title">
<h2 id="heaps-title">Heaps and scope pools</h2>
<div id="heaps-table"></div>
</section>
<section aria-labelledby="threads-title">
<h2 id="threads-title">Threads</h2>
<p class="note">Every thread that uses the library; <code>nameThread()</code> gives one its name.</p>
<div id="threads-table"></div>
</section>
${CLOSER_LOOKS}
<section aria-labelledby="messages-title">
<h2 id="messages-title">Messages of mimalloc</h2>
<p id="messages-note" class="note"></p>
<ol id="messages" tabindex="0" aria-labelledby="messages-title"></ol>
</section>
<section aria-labelledby="downloads-title">
<h2 id="downloads-title">Downloads</h2>
<ul id="downloads"></ul>
</section>
</main>
</body>
</html>
`;
}
