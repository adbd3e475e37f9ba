import { library } from "../ffi/mod.ts";

/** Whether the loaded version makes arenas that the program can name. */
export const HAS_ARENAS: boolean = library().has("mi_reserve_os_memory_ex");

/** Options of a test that makes an arena. */
export const ofArenas: { readonly skip: string | false } = {
  skip: HAS_ARENAS ? false : "arenas came with mimalloc 2.0.7",
};
