/** The text behind `--help`. */
export const HELP = `Answers POST /resize?width=PIXELS with a picture made smaller.

  deno run -A examples/images.ts [options]
  bun examples/images.ts [options]

  --port=8000           port on 127.0.0.1; 0 is any free one
  --arm=scopes          memory of a request: "scopes" of an arena, or "ordinary"
                        typed arrays for the garbage collector
  --max-body=16777216   bytes of the largest picture
  --help                this text

Pictures are binary PPM, which most programs for pictures read and write; some come from
"node scripts/generate_pictures.mjs":

  curl --data-binary @.data/pictures/0.ppm 'http://127.0.0.1:8000/resize?width=320' > small.ppm

GET /health says that the server is up, GET /metrics gives its figures.
`;
