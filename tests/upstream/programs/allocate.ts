/** Loads the library and allocates; the first thread that does may end before others. */
import { library } from "../../../ffi/library/library.ts";
import { fill, free, kept, malloc } from "../../ffi/symbols/_tools.ts";
import { answer } from "./_answer.ts";

answer(() => {
  const handle = malloc(1000);
  fill(handle, 1000);
  free(kept(handle, 1000));
  return library().versionText;
});
