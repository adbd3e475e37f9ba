// deno-lint-ignore-file explicit-function-return-type explicit-module-boundary-types -- types are in the JSDoc
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { SetupError } from "./setup_error.mjs";

const NAME = /^setup-(\d+)-/;

/**
 * Makes a directory for the work of this run. What is in it counts for nothing:
 * a finished thing is renamed out of it.
 *
 * @param {string} root The project
 * @returns {string}
 * @throws {SetupError} When the project cannot be written to
 */
export function makeTemporary(root) {
  try {
    mkdirSync(join(root, ".tmp"), { recursive: true });
    return mkdtempSync(join(root, ".tmp", `setup-${process.pid}-`));
  } catch (error) {
    throw new SetupError(
      `Cannot write to ${root}`,
      error.message,
      "make the project directory writable for this user, then run this again",
    );
  }
}

/**
 * Removes the directories of this process and of those that were killed.
 *
 * @param {string} root The project
 */
export function removeTemporary(root) {
  const parent = join(root, ".tmp");
  if (!existsSync(parent)) return;
  for (const name of readdirSync(parent)) {
    const owner = Number(NAME.exec(name)?.[1]);
    if (owner && (owner === process.pid || !isAlive(owner))) {
      remove(join(parent, name));
    }
  }
}

function remove(directory) {
  try {
    rmSync(directory, {
      recursive: true,
      force: true,
      maxRetries: 3,
      retryDelay: 50,
    });
  } catch (error) {
    // A child of a killed run may still write there, or it belongs to another user: it
    // is only clutter, and the next run tries again.
    if (!["ENOTEMPTY", "EBUSY", "EACCES", "EPERM"].includes(error.code)) {
      throw error;
    }
  }
}

function isAlive(id) {
  try {
    process.kill(id, 0);
    return true;
  } catch (error) {
    // EPERM: the process lives and belongs to someone else.
    return error.code === "EPERM";
  }
}
