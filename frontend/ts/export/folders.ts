import { folders as OWN_FOLDERS, limits, named_files as FILES } from "../../../src/kinograph/sessions/export_format.json";

/** Whether a path inside an export is one that Letterboxd gives. */
export function isNamed(path: string): boolean {
  return FILES.includes(path.toLowerCase());
}

/** Each path as it is inside the export it belongs to, and of each further export a file with the one it repeats: the same rules
 *  as sessions/folders.py. */
export function findExports(paths: string[]): { inside: string[]; repeated: Map<string, string> } {
  const roots = new Map<string, Map<string, string>>();
  for (const path of paths) {
    const [root, name] = split(path);
    if (!FILES.includes(name) && !name.startsWith("lists/")) continue;
    const files = roots.get(root) ?? new Map<string, string>();
    roots.set(root, files);
    if (FILES.includes(name) && !files.has(name)) files.set(name, path);
  }
  if (!roots.size) roots.set(commonFolder(paths), new Map());
  const taken = new Map<string, string>();
  const chosen = new Set<string>();
  const repeated = new Map<string, string>();
  // The fullest first, then the one that lies highest, then the one of the latest name, which ends with a date.
  const depth = (root: string) => root.split("/").length;
  const inOrder = [...roots].sort(
    ([a, ofA], [b, ofB]) => ofB.size - ofA.size || depth(a) - depth(b) || (a < b ? 1 : -1),
  );
  for (const [root, files] of inOrder) {
    const again = [...files].find(([name]) => taken.has(name));
    if (again) {
      repeated.set(again[1], taken.get(again[0])!);
      continue;
    }
    for (const [name, path] of files) taken.set(name, path);
    chosen.add(root);
  }
  return { inside: paths.map((path) => inside(path, chosen, roots)), repeated };
}

/** The folder in which an export would lie, with a slash at its end, and the lower-cased path inside that. */
function split(path: string): [root: string, name: string] {
  const folders = path.split("/").slice(0, -1);
  while (OWN_FOLDERS.includes(folders.at(-1)?.toLowerCase() ?? "")) folders.pop();
  if (folders.length > limits.folder_depth || !path.toLowerCase().endsWith(".csv")) return ["", ""];
  const root = joined(folders);
  return [root, path.slice(root.length).toLowerCase()];
}

function inside(path: string, chosen: Set<string>, roots: Map<string, unknown>): string {
  const folders = path.split("/").slice(0, limits.folder_depth + 1);
  for (let n = folders.length; n >= 0; n--) {
    const root = joined(folders.slice(0, n));
    if (chosen.has(root) && path.startsWith(root)) return path.slice(root.length);
    if (roots.has(root)) return root ? path : `./${path}`;
  }
  return path;
}

/** The folder that holds all tables, down to one of an export's own. */
function commonFolder(paths: string[]): string {
  const [first = [], ...others] = paths.filter((path) => path.toLowerCase().endsWith(".csv")).map((path) => path.split("/").slice(0, -1));
  const end = first.findIndex((folder, n) => OWN_FOLDERS.includes(folder.toLowerCase()) || others.some((folders) => folders[n] !== folder));
  return joined((end < 0 ? first : first.slice(0, end)).slice(0, limits.folder_depth));
}

function joined(folders: string[]): string {
  return folders.map((folder) => `${folder}/`).join("");
}
