// deno-lint-ignore-file explicit-function-return-type explicit-module-boundary-types
// Reads the JUnit reports of `deno test` and `bun test`.

/** The value of one attribute in the text of a start tag, unescaped as far as paths need. */
function attribute(tag, name) {
  return new RegExp(`\\b${name}="([^"]*)"`).exec(tag)?.[1].replaceAll(
    "&amp;",
    "&",
  );
}

/**
 * Counts the test cases of a report: `{ passed, failed, skipped, skippedTests, announced, files }`,
 * where `skippedTests` are names, `announced` is the total that the report itself states and
 * `files` are the files that ran at least one case, as `tests/a_test.ts`.
 */
export function readReport(xml) {
  const report = {
    passed: 0,
    failed: 0,
    skipped: 0,
    skippedTests: [],
    announced: 0,
    files: new Set(),
  };
  report.announced = Number(
    attribute(/<testsuites\b[^>]*>/.exec(xml)?.[0] ?? "", "tests"),
  );
  // Both runtimes escape < and > in names and messages, so tags are unambiguous.
  for (
    const match of xml.matchAll(
      /<testcase\b([^>]*?)(?:\/>|>([\s\S]*?)<\/testcase>)/g,
    )
  ) {
    const [, tag, body = ""] = match;
    if (/<(failure|error)\b/.test(body)) report.failed++;
    else if (/<skipped\b/.test(body)) {
      report.skipped++;
      report.skippedTests.push(attribute(tag, "name"));
    } else report.passed++;
    const file = attribute(tag, "file") ?? attribute(tag, "classname") ?? "";
    report.files.add(file.replaceAll("\\", "/").replace(/^\.\//, ""));
  }
  return report;
}

/**
 * Turns a finished test run into counts. Each thing that is wrong with the run
 * itself, and not with a test, counts as one more failure and is told at the end
 * of the output: no report, no test, a file without a test, a bad exit code.
 */
export function judge({ code, output }, xml, files) {
  const faults = [];
  const report = readReport(xml);
  const total = report.passed + report.failed + report.skipped;
  if (xml === "") faults.push("The runner wrote no report");
  else if (report.announced !== total) {
    faults.push(
      `The report announces ${report.announced} tests and holds ${total}`,
    );
  } else if (report.passed + report.failed === 0) faults.push("No test ran");
  else {
    for (const file of files.filter((file) => !report.files.has(file))) {
      faults.push(`${file} ran no test`);
    }
  }
  // A number is the exit code, which tells of failed tests too; a text is a signal or a time limit.
  if (typeof code === "string" && xml !== "") faults.push(`The runner wrote its report and then: ${code}`);
  if (code !== 0 && report.failed + faults.length === 0) {
    faults.push(`No test failed, and yet the runner ended with ${code}`);
  }
  return {
    passed: report.passed,
    failed: report.failed + faults.length,
    skipped: report.skipped,
    skippedTests: report.skippedTests,
    output: [output.trimEnd(), ...faults, `(ended with ${code})`].join("\n"),
  };
}
