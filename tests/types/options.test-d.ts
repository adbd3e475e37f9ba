import { expectAssignable, expectError, expectNotAssignable, expectType } from "tsd";
import {
  environment,
  type OptionNameOf,
  options,
  type OptionValues,
  presets,
  stats,
  type StatsCount,
} from "@mimalloc/ffi";

// Names are those of any version, or of the one that is given.
expectAssignable<OptionNameOf>("purge_delay");
expectAssignable<OptionNameOf>("decommit_delay");
expectAssignable<OptionNameOf<"2.0.9">>("decommit_delay");
expectNotAssignable<OptionNameOf<"3.6.0">>("decommit_delay");
expectNotAssignable<OptionNameOf<"2.0.9">>("purge_delay");
expectNotAssignable<OptionNameOf>("purge_dely");

expectType<number>(options.get("purge_delay"));
expectError(options.get("purge_dely"));
expectError(options.set("purge_delay", "0"));
expectType<void>(options.set("show_stats", true));
expectType<OptionNameOf[]>(options.apply(presets.latency));

expectType<Record<string, string>>(environment({ purge_delay: 0, show_stats: true }));
expectType<Record<string, string>>(environment<"2.0.9">({ decommit_delay: 0 }));
expectError(environment<"2.0.9">({ purge_delay: 0 }));
expectError(environment({ purge_dely: 0 }));
expectAssignable<OptionValues>(presets.production);

// A figure that is not counted is undefined, so nobody takes it for 0.
expectType<StatsCount | undefined>(stats().allocated);
expectType<number | undefined>(stats().mallocCount);
