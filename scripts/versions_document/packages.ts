/** Which mimalloc a package manager has. */
export interface PackageOfMimalloc {
  /** The system, or the package manager. */
  readonly system: string;
  /** The version, as far as it is known. */
  readonly found: string;
  /** The command that tells it; empty where there is none. */
  readonly command: string;
}

const ASK = "changes: 2.1 to 3.5 were seen";

/** The package managers that have it. */
export const packages: readonly PackageOfMimalloc[] = [
  {
    system: "Debian 12",
    found: "2.0.9 (`libmimalloc2.0`), tested in every run",
    command: "apt-cache policy libmimalloc2.0",
  },
  {
    system: "Debian 13",
    found: "3.0.1 (`libmimalloc3`), tested in every run",
    command: "apt-cache policy libmimalloc3",
  },
  {
    system: "Debian testing",
    found: "3.6.0 (`libmimalloc3`), tested in every run",
    command: "apt-cache policy libmimalloc3",
  },
  { system: "Ubuntu", found: ASK, command: "apt-cache search libmimalloc" },
  { system: "Fedora", found: ASK, command: "dnf info mimalloc" },
  { system: "Arch Linux, MSYS2", found: ASK, command: "pacman -Si mimalloc" },
  { system: "Alpine", found: ASK, command: "apk search mimalloc" },
  { system: "Homebrew", found: ASK, command: "brew info mimalloc" },
  { system: "vcpkg", found: ASK, command: "vcpkg search mimalloc" },
];
