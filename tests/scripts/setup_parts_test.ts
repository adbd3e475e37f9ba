import assert from "node:assert/strict";
import { test } from "node:test";
import { locate } from "../../ffi/library/locate.ts";
import { type Lock, scripts } from "./_setup_scripts.ts";

test("upstreamVersion() reads the version of a Debian package", () => {
  assert.equal(scripts.upstreamVersion("3.6.0+ds-1"), "3.6.0");
  assert.equal(scripts.upstreamVersion("3.0.1+ds-2.1"), "3.0.1");
  assert.equal(scripts.upstreamVersion("1:2.0.9+ds-2"), "2.0.9");
  assert.equal(scripts.upstreamVersion("3.7-1"), "3.7.0");
  assert.equal(scripts.upstreamVersion("unknown"), undefined);
});

test("versionFromNumber() reads all scales of mi_version", () => {
  assert.deepEqual([209, 301, 3208, 30600].map(scripts.versionFromNumber), ["2.0.9", "3.0.1", "3.2.8", "3.6.0"]);
});

test("compareVersions() compares numbers, not text", () => {
  assert.deepEqual(["3.10.0", "2.0.9", "3.9.1"].sort(scripts.compareVersions), ["2.0.9", "3.9.1", "3.10.0"]);
});

test("findMissing() names the generations that are not there, headers included", () => {
  const all = ["2.0.9", "3.0.1", "3.6.0"].map((version) => ({ version, headers: version === "3.6.0" }));
  assert.deepEqual(scripts.findMissing(all), []);
  const names = (libraries: { version: string; headers: boolean }[]): string[] =>
    scripts.findMissing(libraries).map(({ name }) => name);
  assert.deepEqual(names([]), ["libmimalloc 2.0", "libmimalloc 3.0", "the newest libmimalloc 3"]);
  assert.deepEqual(names(all.slice(1)), ["libmimalloc 2.0"]);
  assert.deepEqual(names([...all.slice(0, 2), { version: "3.6.0", headers: false }]), ["the newest libmimalloc 3"]);
  assert.deepEqual(names([...all.slice(0, 2), { version: "4.0.0", headers: true }]), ["the newest libmimalloc 3"]);
});

test("findDifference() finds what npm has to change, and nothing when all is there", () => {
  const lock: Lock = {
    packages: {
      "": { version: "0.1.0" },
      "node_modules/a": { version: "1.0.0", integrity: "x" },
      "node_modules/other-platform": { version: "1.0.0", optional: true },
    },
  };
  const a = { version: "1.0.0", integrity: "x" };
  const difference = (packages: Lock["packages"] | undefined, isThere = true): string | undefined =>
    scripts.findDifference(lock, packages && { packages }, () => isThere);
  assert.equal(difference({ "node_modules/a": a }), undefined);
  assert.equal(difference(undefined), "nothing is installed");
  assert.equal(difference({}), "node_modules/a is missing");
  assert.equal(difference({ "node_modules/a": a }, false), "node_modules/a is missing");
  assert.equal(difference({ "node_modules/a": { ...a, version: "0.9.0" } }), "node_modules/a is 0.9.0, not 1.0.0");
  assert.equal(
    difference({ "node_modules/a": { ...a, integrity: "y" } }),
    "node_modules/a is another build of 1.0.0",
  );
  assert.equal(
    difference({ "node_modules/a": a, "node_modules/b": a }),
    "node_modules/b is not in the lockfile",
  );
});

test("chooseMirrors() takes Debian's own archive and prefers the one that is known to be it", () => {
  const targets = [
    "http://vendor.example/debian/|bookworm|stable|Vendor",
    "http://vendor.example/apt/|stable|main|$(ORIGIN)",
    "http://mirror.example/debian-security/|bookworm-security|main|Debian",
    "cdrom:[Debian 12]/|bookworm|main|Debian",
    "http://mirror.example/debian/|bookworm|main|Debian",
    "http://mirror.example/debian/|bookworm|main|$(ORIGIN)",
    "http://mirror.example/ubuntu/|noble|main|Ubuntu",
    "",
  ];
  assert.deepEqual(scripts.chooseMirrors(targets.join("\n")), [
    "http://mirror.example/debian/",
    "http://vendor.example/apt/",
  ]);
  assert.deepEqual(scripts.chooseMirrors(""), []);
});

test("aptWords() keeps the lines that state the reason", () => {
  const stderr = "W: Failed to fetch http://x/InRelease  Could not connect\n" +
    "E: Some index files failed to download. They have been ignored, or old ones used instead.\n";
  assert.equal(
    scripts.aptWords({ stderr, failure: "ended with code 100" }),
    "Failed to fetch http://x/InRelease  Could not connect",
  );
  assert.equal(scripts.aptWords({ stderr: "", failure: "ended by SIGTERM" }), "ended by SIGTERM");
});

test("installCommand() names the one command of each package manager", () => {
  const command = (platform: string, there: string, release = ""): string =>
    scripts.installCommand(platform, (name) => name === there, release).replace(/^sudo /, "");
  assert.equal(command("linux", "apk"), "apk add mimalloc2-insecure");
  assert.equal(command("linux", "dnf"), "dnf install -y mimalloc");
  assert.equal(command("linux", "pacman"), "pacman -S --noconfirm mimalloc");
  assert.equal(command("linux", "", 'NAME="x"\nID=manjaro\nID_LIKE=arch\n'), "pacman -S --noconfirm mimalloc");
  assert.equal(command("linux", "", 'ID="rocky"\nID_LIKE="rhel centos fedora"\n'), "dnf install -y mimalloc");
  assert.match(command("linux", ""), /package manager \(apk add mimalloc2-insecure, .*vcpkg install mimalloc\)$/);
  assert.equal(command("darwin", ""), "brew install mimalloc");
  assert.equal(command("win32", ""), "vcpkg install mimalloc");
});

test("systemPaths() returns the places where the library itself looks", () => {
  for (const os of ["linux", "darwin", "win32"]) {
    for (const arch of ["x64", "arm64", "riscv64"]) {
      const candidates = locate({ os, arch }, { directory: "/project" });
      const expected = candidates.filter(({ source }) => source === "system").map(({ path }) => path);
      assert.deepEqual(scripts.systemPaths(os, arch), expected, `${os} ${arch}`);
    }
  }
});
