import { findExports, isNamed } from "./folders";
import { litter, orphaned_files, private_files, private_folders, read_files } from "../../../src/kinograph/sessions/export_format.json";
import type { Why } from "./report";

const PRIVATE_FILES = new Map(Object.entries(private_files) as [string, Why][]);
const READ = new RegExp(read_files);
const LITTER = new RegExp(litter);

/** Items with their path inside the export, those named as in one first: litter left out, slashes made alike, the folders
 *  that an export lies in taken off. The last is what a file of a further export repeats. */
export function byPath<T>(items: T[], name: (item: T) => string): [path: string, item: T, repeats: string | undefined][] {
  const named = items
    .map((item): [string, T] => [name(item).replaceAll("\\", "/").replace(/^\.\//, "").replace(/^\/+/, ""), item])
    .filter(([path]) => !path.endsWith("/") && !LITTER.test(path));
  const { inside, repeated } = findExports(named.map(([path]) => path));
  const placed = named.map(([path, item], n): [string, T, string | undefined] => [inside[n]!, item, repeated.get(path)]);
  return [...placed.filter(([path]) => isNamed(path)), ...placed.filter(([path]) => !isNamed(path))];
}

/** Why this file stays here whatever is in it; null for one that may be read. */
export function whyLeft(path: string): Why | null {
  path = path.toLowerCase();
  const why = PRIVATE_FILES.get(path);
  if (why) return why;
  if (!isOrphaned(path) && private_folders.some((folder) => path.startsWith(folder))) return "deleted";
  return READ.test(path) || !path.includes("/") ? null : "foreign";
}

/** Whether a file names the films that Letterboxd has dropped, which is of no use without an export. */
export function isOrphaned(path: string): boolean {
  return orphaned_files.includes(path.toLowerCase());
}

/** Whether a file of this path in a ZIP may be one of an export. */
export function isRead(path: string): boolean {
  return !whyLeft(path) && READ.test(path.toLowerCase());
}
