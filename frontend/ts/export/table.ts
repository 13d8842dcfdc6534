import { parse } from "papaparse";
import format from "../../../src/kinograph/sessions/export_format.json";
import { elsewhere, notATable, notOurs } from "./origins";
import { undo } from "./double-encoding";
import { isOrphaned } from "./paths";
import type { Kind } from "./report";
import { Unusable } from "./zip";

const FILM = ["Name", "Year"];
const HEADED = ["Name", "Content", "LetterboxdURI"];
const PATHS: Record<string, string> = format.kinds_by_path;

/** `isOwn` marks one that Kinograph wrote for spreadsheets, `isReturned` one that it wrote for Letterboxd. */
export type Table = {
  kind: Kind;
  columns: Map<string, number>;
  width: number;
  rows: string[][];
  isOwn: boolean;
  isReturned: boolean;
};

/** The rows of one file, by the rules of sessions/tables.py. Throws Unusable: "tried" for what a spreadsheet or a person
 *  has changed so that only the server can say what becomes of it. */
export function tableOf(path: string, content: Uint8Array): Table {
  if (content.every((byte) => !byte)) throw new Unusable(content.length ? "damaged" : "empty");
  if (!promised(path) && !beginsLikeOne(content)) throw new Unusable("foreign", notATable(path, content));
  const records = recordsOf(textOf(content));
  const n = headerAt(records);
  const header = records[n];
  if (!header) throw new Unusable("empty");
  const named = new Map<string, number>();
  header.forEach((name, n) => named.has(name.trim()) || named.set(name.trim(), n));
  const returned = returnedOf(named);
  const [kind, columns] = returned ?? [kindOf(path, named), named];
  const missing = !returned && format.kinds[kind].find((name) => !columns.has(name));
  if (missing) throw new Unusable("foreign", elsewhere(path, columns.keys()) ?? { key: "column", places: { column: missing } });
  return { kind, columns, width: header.length, rows: records.slice(n + 1), isOwn: isOwn(columns), isReturned: returned !== null };
}

/** What an export has one file of: a kind, or a list. */
export function keyOf(path: string, { kind, isReturned }: Table): string {
  return isReturned || kind === "list" ? path : kind;
}

/** Of a file that Kinograph wrote for Letterboxd: its kind, by the columns alone, and these by the names that Letterboxd's own have. */
function returnedOf(columns: Map<string, number>): [Kind, Map<string, number>] | null {
  const has = (name: string) => columns.has(name);
  if (format.returned_names.every(has)) return ["names", columns];
  if (!format.returned_columns.every(has)) return null;
  const kind = ["WatchedDate", "Rating"].some(has) ? "returned" : has(format.returned_unmarked) ? "unmarked" : has("Review") ? "list" : "watchlist";
  const renamed: Record<string, string> = { ...format.returned_as, ...(kind === "list" ? format.returned_in_lists : {}) };
  return [kind, new Map([...columns].map(([name, at]) => [renamed[name] ?? name, at]))];
}

/** What kind of file its path promises, for one that cannot be opened here. */
export function promised(path: string): Kind | null {
  path = path.toLowerCase();
  return path.startsWith("lists/") ? "list" : ((PATHS[path] as Kind) ?? null);
}

/** Every table of an export has one of these columns. */
function beginsLikeOne(content: Uint8Array): boolean {
  const start = new TextDecoder("latin1").decode(content.subarray(0, 2000)).replaceAll("\0", "");
  return /Name|Content|LetterboxdURI/.test(start);
}

function textOf(content: Uint8Array): string {
  const [first, second] = content;
  const encoding = first === 0xff && second === 0xfe ? "utf-16le" : first === 0xfe && second === 0xff ? "utf-16be" : "utf-8";
  let text = "\0";
  try {
    text = new TextDecoder(encoding, { fatal: true }).decode(content);
  } catch {
    // a Western encoding of old, or no text at all
  }
  if (text.includes("\0")) throw new Unusable("tried");
  return undo(text).replace(/\r\n?/g, "\n");
}

/** The records that are not empty. */
function recordsOf(text: string): string[][] {
  checkLines(text);
  const { data, errors } = parse<string[]>(text, { delimiter: delimiterOf(text), newline: "\n" });
  const isTooLong = (cell: string) => cell.length > format.limits.field_length;
  if (errors.length || data.some((cells) => cells.some(isTooLong))) throw new Unusable("tried");
  return data.filter((cells) => cells.length > 1 || cells[0]);
}

/** No export has such lines or so many, and rows made of them would fill a phone's memory. */
function checkLines(text: string): void {
  let at = 0;
  for (let n = 0; at < text.length; n++) {
    const end = text.indexOf("\n", at);
    const next = end < 0 ? text.length : end + 1;
    if (next - at > format.limits.line_length || n > format.limits.line_ends) throw new Unusable("large");
    at = next;
  }
}

/** A comma, unless a spreadsheet wrote the header with something else, whatever `sep=` or a title above it says. */
function delimiterOf(text: string): string {
  for (const line of text.slice(0, 4000).split("\n")) {
    for (const delimiter of format.delimiters) {
      const cells = plain(line.split(delimiter));
      if (cells.length > 1 && HEADED.some((name) => cells.includes(name))) return delimiter;
    }
  }
  return ",";
}

/** Where the header is: of a list the record with "Position", of everything else the first with its names, or the first. */
function headerAt(records: string[][]): number {
  let first = -1;
  let last: string[] = [];
  let isList = false;
  for (let n = 0, seen = 0; n < records.length && seen <= format.limits.records_above_header; n++) {
    const cells = plain(records[n]!);
    if (!cells.some(Boolean)) continue;
    const isHeader = format.headers.some((names) => names.every((name) => cells.includes(name)));
    if (isHeader && !isListHeader(last)) return n;
    if (first < 0) first = n;
    isList ||= beginsAList(cells);
    last = cells;
    seen++;
  }
  if (first < 0) throw new Unusable("empty");
  if (isList) throw new Unusable("damaged");
  return first;
}

function beginsAList(cells: string[]): boolean {
  return cells[0]!.startsWith("Letterboxd list export") || isListHeader(cells);
}

function isListHeader(cells: string[]): boolean {
  return cells.includes("Name") && cells.includes("URL") && !cells.includes("Position");
}

function plain(cells: string[]): string[] {
  return cells.map((cell) => cell.replace(/^[ "\ufeff]+|[ "\ufeff]+$/g, ""));
}

/** By path, but a list and Kinograph's own films by their columns; else by columns; else by a word in the name. */
function kindOf(path: string, columns: Map<string, number>): Kind {
  const byColumns = kindByColumns(columns);
  const isToldByColumns = (byColumns === "list" || byColumns === "films") && !isOrphaned(path);
  const known = isToldByColumns ? byColumns : (promised(path) ?? byColumns);
  if (columns.has("Date") && columns.has("Content")) throw new Unusable("others");
  if (known) return known;
  if (columns.has("Email Address")) throw new Unusable("personal");
  if (!FILM.every((name) => columns.has(name))) throw new Unusable("foreign", notOurs(path, columns.keys()));
  const word = Object.entries(format.kinds_by_word).find(([word]) => path.toLowerCase().includes(word));
  if (!word) throw new Unusable("unnamed");
  return word[1] as Kind;
}

function kindByColumns(columns: Map<string, number>): Kind | null {
  if (columns.has("Position")) return "list";
  if (isOwn(columns) && !columns.has("Rewatch") && !columns.has("Review")) return "films";
  if (!columns.has("Watched Date") && !columns.has("Letterboxd URI")) return null;
  if (columns.has("Review")) return "reviews";
  if (columns.has("Watched Date") || columns.has("Rewatch")) return "diary";
  return columns.has("Rating") ? "ratings" : null;
}

/** Both tables that Kinograph gives away end with the film's two links. */
function isOwn(columns: Map<string, number>): boolean {
  return format.own_columns.every((name) => columns.has(name));
}
