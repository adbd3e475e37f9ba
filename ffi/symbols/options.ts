/** Options. */
export const options = {
  // bool mi_option_is_enabled(mi_option_t option);
  mi_option_is_enabled: { parameters: ["i32"], result: "bool" },
  // void mi_option_enable(mi_option_t option);
  mi_option_enable: { parameters: ["i32"], result: "void" },
  // void mi_option_disable(mi_option_t option);
  mi_option_disable: { parameters: ["i32"], result: "void" },
  // void mi_option_set_enabled(mi_option_t option, bool enable);
  mi_option_set_enabled: { parameters: ["i32", "bool"], result: "void" },
  // void mi_option_set_enabled_default(mi_option_t option, bool enable);
  mi_option_set_enabled_default: { parameters: ["i32", "bool"], result: "void" },
  // void mi_option_set_default(mi_option_t option, long value);
  mi_option_set_default: { parameters: ["i32", "long"], result: "void" },
  // long mi_option_get_clamp(mi_option_t option, long min, long max);
  mi_option_get_clamp: { parameters: ["i32", "long", "long"], result: "long", since: "2.0.6" },
  // size_t mi_option_get_size(mi_option_t option);
  mi_option_get_size: { parameters: ["i32"], result: "size", since: "2.1.2" },
  // void mi_options_print(void);
  mi_options_print: { parameters: [], result: "void", since: "2.2.2", missing: ["3.0.0 to 3.0.1", "3.0.7 to 3.0.12"] },
} as const;
