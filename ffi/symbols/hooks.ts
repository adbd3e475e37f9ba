/** Output, errors and deferred free. */
export const hooks = {
  // void mi_register_output(mi_output_fun* out, void* arg);
  // It is called at once with what was printed before, at every registration.
  mi_register_output: { parameters: ["pointer", "pointer"], result: "void" },
  // void mi_register_error(mi_error_fun* fun, void* arg);
  mi_register_error: { parameters: ["pointer", "pointer"], result: "void" },
  // void mi_register_deferred_free(mi_deferred_free_fun* deferred_free, void* arg);
  // The function runs on whatever thread allocates.
  mi_register_deferred_free: { parameters: ["pointer", "pointer"], result: "void" },
} as const;
