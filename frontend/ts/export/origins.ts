import { parse } from "papaparse";
import format from "../../../src/kinograph/sessions/export_format.json";
import signatures from "../../../src/kinograph/sessions/signatures.json";
import type { Said } from "./report";
import { displayName, some } from "./wording";
import { Unusable } from "./zip";

// What a file is that is no Letterboxd export: the same table and the same order as sessions/origins.py.

type Nature = { what: string; starts?: string[]; at?: number; words?: string[] };
type Service = { service: string; says: string; columns?: string[][]; texts?: string[][]; names?: string };

const NATURES: Nature[] = signatures.natures;
const SERVICES: Service[] = signatures.services;
const START = 1 << 16;
const EVERYTHING = new RegExp(format.everything_name);

/** Throws Unusable for a file that stands by itself and whose first bytes tell that it cannot be a table. */
export function checkNature(path: string, content: Uint8Array): void {
  const what = natureOf(content);
  if (!what) return;
  const start = latin(content.subarray(0, START)).toLowerCase();
  const isText = /^[{[]/.test(start) || start.slice(0, 512).includes("<");
  const texts = ({ texts = [] }: Service) => texts.some((signs) => signs.every((sign) => start.includes(sign)));
  const service = isText ? (SERVICES.find(texts) ?? named([path])) : undefined;
  throw new Unusable("foreign", service ? saidOf(service) : { key: "nature", places: { what } });
}

/** Throws Unusable for a ZIP without any file of an export. */
export function refuseZip(name: string, paths: string[]): never {
  if (!paths.length) throw new Unusable("empty");
  if (paths.some((path) => EVERYTHING.test(path))) throw new Unusable("foreign", { key: "unpacked", places: {} });
  const office = Object.entries(signatures.offices).find(([path]) => paths.includes(path));
  if (office) throw new Unusable("foreign", { key: "nature", places: { what: office[1] } });
  const service = named([name, ...paths]);
  throw new Unusable("foreign", service ? saidOf(service) : { key: "inside", places: { names: some(paths) } });
}

/** What to say of a table with such a header, if a service writes it, or a file of such a name. */
export function elsewhere(path: string, columns: Iterable<string>): Said | null {
  const header = new Set([...columns].map((column) => column.trim().toLowerCase()));
  const writes = ({ columns = [] }: Service) => columns.some((names) => names.every((name) => header.has(name)));
  const service = SERVICES.find(writes) ?? named([path]);
  return service ? saidOf(service) : null;
}

/** What to say of a table that is not one of Letterboxd's. */
export function notOurs(path: string, columns: Iterable<string>): Said {
  const start = [...columns].map((column) => column.replace(/\s+/g, " ")).join(", ");
  return elsewhere(path, columns) ?? { key: "table", places: { start: displayName(start) } };
}

/** The same, of one that is not read any further than its first line. */
export function notATable(path: string, content: Uint8Array): Said {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(content.subarray(0, START), { stream: true });
  } catch {
    return { key: "text", places: {} };
  }
  const { data } = parse<string[]>(text.replaceAll("\0", "").trimStart(), { delimiter: ",", preview: 1 });
  return notOurs(path, new Set((data[0] ?? []).map((cell) => cell.trim())));
}

function natureOf(content: Uint8Array): string | undefined {
  const begins = (sign: string, at = 0) => hex(content.subarray(at, at + sign.length / 2)) === sign;
  const start = latin(content.subarray(0, 512)).replace(/^\u00ef\u00bb\u00bf/, "").trimStart().toLowerCase();
  return NATURES.find(
    ({ starts = [], at = 0, words = [] }) => starts.some((sign) => begins(sign, at)) || words.some((word) => start.startsWith(word)),
  )?.what;
}

function named(paths: string[]): Service | undefined {
  const names = paths.map((path) => path.slice(path.lastIndexOf("/") + 1).toLowerCase());
  return SERVICES.find(({ names: shape }) => shape && names.some((name) => new RegExp(shape).test(name)));
}

function saidOf({ service, says }: Service): Said {
  return { key: says, places: { service } };
}

function latin(content: Uint8Array): string {
  return new TextDecoder("latin1").decode(content);
}

function hex(content: Uint8Array): string {
  return [...content].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
