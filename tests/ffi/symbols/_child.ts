/**
 * Runs the case of one function: `_child.ts <group> <C name>`. Prints the names
 * of the functions that were called, on one line.
 */
import process from "node:process";
import type { Group } from "../../../ffi/symbols.ts";
import { bindRecorded, type Case } from "./_case.ts";
import { allCases } from "./cases/all.ts";

const [group = "", symbol = ""] = process.argv.slice(2);
const cases = allCases[group as Group] as Record<string, Case<Group>>;
const called = new Set<string>();
cases[symbol]?.prove(bindRecorded(group as Group, called));
process.stdout.write(`${[...called].join(" ")}\n`);
