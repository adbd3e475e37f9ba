/** Options and whole-process calls. */
export const process = {
  // long mi_option_get(mi_option_t option);
  mi_option_get: { parameters: ["i32"], result: "long" },
  // void mi_option_set(mi_option_t option, long value);
  mi_option_set: { parameters: ["i32", "long"], result: "void" },
  // void mi_options_print_out(mi_output_fun* out, void* arg);
  mi_options_print_out: { parameters: ["pointer", "pointer"], result: "void", since: "3.2.6" },
  // void mi_stats_print_out(mi_output_fun* out, void* arg);
  mi_stats_print_out: { parameters: ["pointer", "pointer"], result: "void" },
  // void mi_collect(bool force);
  mi_collect: { parameters: ["bool"], result: "void" },
} as const;
