import type { Why } from "./report";

const OTHERS = ["comments.csv", "likes/reviews.csv", "likes/lists.csv"];
const READ = /^(?:likes\/films\.csv|lists\/[^/]+\.csv|[^/]+\.csv)$/;
const LITTER = /(?:^|\/)(?:__MACOSX\/|\.|desktop\.ini$|thumbs\.db$)/;
const OWN_FOLDERS = ["deleted", "orphaned", "likes", "lists"];

/** Items with their path inside the export: litter left out, slashes made alike, one wrapper folder taken off. */
export function byPath<T>(items: T[], name: (item: T) => string): [path: string, item: T][] {
  const named = items
    .map((item): [string, T] => [name(item).replaceAll("\\", "/").replace(/^\.\//, "").replace(/^\/+/, ""), item])
    .filter(([path]) => !path.endsWith("/") && !LITTER.test(path));
  const tables = named.map(([path]) => path).filter((path) => path.toLowerCase().endsWith(".csv"));
  const folders = new Set(tables.map((path) => path.slice(0, Math.max(path.indexOf("/"), 0))));
  const wrapper = folders.size === 1 ? [...folders][0]! : "";
  if (!wrapper || OWN_FOLDERS.includes(wrapper.toLowerCase())) return named;
  return named.map(([path, item]) => [path.startsWith(`${wrapper}/`) ? path.slice(wrapper.length + 1) : path, item]);
}

/** Why this file stays here whatever is in it; null for one that may be read. */
export function whyLeft(path: string): Why | null {
  path = path.toLowerCase();
  if (path === "profile.csv") return "personal";
  if (OTHERS.includes(path)) return "others";
  if (/^(?:deleted|orphaned)\//.test(path)) return "deleted";
  return READ.test(path) || !path.includes("/") ? null : "foreign";
}

/** Whether a file of this path in a ZIP may be one of an export. */
export function isRead(path: string): boolean {
  return !whyLeft(path) && READ.test(path.toLowerCase());
}
