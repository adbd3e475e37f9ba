/** The text behind `--help`. */
export const HELP = `Answers POST /summary with statistics of a CSV file of measurements.

  deno run -A examples/request_scopes.ts [options]
  bun examples/request_scopes.ts [options]

  --port=8000          port on 127.0.0.1; 0 is any free one
  --arm=scopes         memory of a request: "scopes" of an arena, or "ordinary"
                       typed arrays for the garbage collector
  --max-body=4194304   bytes of the longest file
  --help               this text

Files to send come from "node scripts/generate_measurements.mjs":

  curl --data-binary @.data/measurements/small_00.csv http://127.0.0.1:8000/summary

GET /health says that the server is up, GET /metrics gives its figures.
`;
