import { expectAssignable, expectError, expectNotAssignable, expectType } from "tsd";
import {
  environment,
  type EnvironmentNote,
  environmentNotes,
  type OptionName,
  options,
  type OptionValues,
  presets,
  stats,
  type StatsCount,
} from "@mimalloc/ffi";

// Names are those of any version, the older ones that versions still know included.
expectAssignable<OptionName>("purge_delay");
expectAssignable<OptionName>("decommit_delay");
expectAssignable<OptionName>("reset_delay");
expectNotAssignable<OptionName>("purge_dely");

expectType<number>(options.get("purge_delay"));
expectError(options.get("purge_dely"));
expectError(options.set("purge_delay", "0"));
expectType<void>(options.set("show_stats", true));
expectType<OptionName[]>(options.apply(presets.latency));

expectType<Record<string, string>>(environment({ purge_delay: 0, show_stats: true }));
expectType<EnvironmentNote[]>(environmentNotes(environment({ decommit_delay: 0 })));
expectError(environment({ purge_dely: 0 }));
expectAssignable<OptionValues>(presets.production);

// A figure that is not counted is undefined, so nobody takes it for 0.
expectType<StatsCount | undefined>(stats().allocated);
expectType<number | undefined>(stats().mallocCount);
