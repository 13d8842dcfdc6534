import { zipSync } from "fflate";
import { figuresOf, unknownFigures, versionOf } from "./export/everything";
import { Reading } from "./export/figures";
import { isOrphaned } from "./export/paths";
import { KINDS, type Kind, type Entry, type Part, type Report, type Told } from "./export/report";
import { madeAt, open, whyUnusable, type Source } from "./export/sources";
import { keyOf, promised, tableOf, type Table } from "./export/table";
import { displayName } from "./export/wording";
import { Unusable } from "./export/zip";

// What tells the same as Kinograph's files for Letterboxd, and more of it.
const BETTER: Kind[] = ["watched", "films", "ratings", "diary", "reviews"];
const LONG_AGO = new Date(1980, 0, 1); // so that the same export packs to the same bytes every time

/** A worker: takes the files that were dropped, tells what is in them, and then hands back what of them is sent. */
addEventListener("message", async ({ data }: MessageEvent<File[]>) => {
  const { sources, left } = await open(data);
  const { report, kept } = look(sources, left);
  tell({ report });
  tell({ parts: [...packed(kept)] });
});

// Else the page would wait for what never comes.
addEventListener("unhandledrejection", (event) => {
  event.preventDefault();
  reportError(event.reason);
});

function tell(told: Told): void {
  postMessage(told);
}

function look(sources: Source[], left: Entry[]): { report: Report; kept: Source[] } {
  const [first] = sources;
  if (first && versionOf(first.content) !== null) return lookAtOwn(first, left);
  const fates = new Map<Source, Pick<Entry, "fate" | "said">>();
  const tables = new Map<Source, Table>();
  const met = new Map<string, string>();
  for (const source of sources) {
    attempt(source, () => {
      const table = tableOf(source.path, source.content);
      const key = keyOf(source.path, table);
      const other = met.get(key);
      if (other !== undefined) throw new Unusable("twice", { key: "twice", places: { other: displayName(other) } });
      met.set(key, source.path);
      tables.set(source, table);
    });
  }
  const better = [...tables].find(([, { kind }]) => BETTER.includes(kind))?.[0];
  for (const [source, { kind }] of better ? [...tables] : []) {
    if (kind !== "returned" && kind !== "unmarked") continue;
    tables.delete(source);
    fates.set(source, { fate: "twice", said: { key: "twice", places: { other: displayName(better!.path) } } });
  }
  const reading = new Reading();
  const inOrder = [...tables].sort(([, a], [, b]) => KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind));
  for (const [source, table] of inOrder) attempt(source, () => reading.add(table, source.path));

  // What names dropped films is of no use without an export.
  if (!sources.some(isOfUse)) for (const source of sources.filter(isKept)) fates.set(source, { fate: "deleted" });
  const tried = sources.filter((source) => fates.get(source)!.fate === "tried");
  const unread = tried.map((source) => tables.get(source)?.kind ?? promised(source.path));
  const figures = reading.figures((kind) => unread.includes(kind) || unread.includes(null));
  const read = sources.map((source) => ({ path: source.path, ...fates.get(source)!, whole: !source.isInside }));
  const kept = sources.filter(isKept);
  const entries = [...read, ...left];
  return { report: { figures, entries, refused: kept.length ? null : firstReason([...left, ...read]) }, kept };

  function isKept(source: Source): boolean {
    return ["sent", "own", "tried"].includes(fates.get(source)!.fate);
  }

  function isOfUse(source: Source): boolean {
    return isKept(source) && !isOrphaned(source.path);
  }

  function attempt(source: Source, read: () => void): void {
    try {
      read();
      fates.set(source, { fate: tables.get(source)?.kind === "films" ? "own" : "sent" });
    } catch (error) {
      fates.set(source, whyUnusable(error));
    }
  }
}

/** Kinograph's own file of an export, which stands by itself. */
function lookAtOwn(source: Source, left: Entry[]): { report: Report; kept: Source[] } {
  let figures = unknownFigures();
  let entry: Entry = { path: source.path, fate: "sent", whole: true };
  try {
    figures = figuresOf(source.content);
  } catch (error) {
    entry = { ...entry, ...whyUnusable(error) };
  }
  const kept = entry.fate === "sent" || entry.fate === "tried" ? [source] : [];
  return { report: { figures, entries: [entry, ...left], refused: kept.length ? null : entry }, kept };
}

/** Of several files none of which can be read, the one the sender may have meant. */
function firstReason(entries: Entry[]): Entry | null {
  const telling = entries.filter(({ fate }) => !["personal", "others", "deleted"].includes(fate));
  return telling.find(({ said }) => said?.places["service"]) ?? telling.find(isSaid) ?? entries.find(isSaid) ?? null;
}

/** What stands beside an export in its folder or ZIP goes without a word. */
function isSaid({ fate, whole, said }: Entry): boolean {
  return whole || said !== undefined || fate !== "foreign";
}

/** The files kept, those of a ZIP or folder as a ZIP. Its name keeps its time, which the server reads, and loses its member. */
function* packed(kept: Source[]): Generator<Part> {
  const zips = new Map<File, Record<string, Uint8Array>>();
  for (const { path, content, from, isInside } of kept) {
    if (!isInside) yield { name: path, content: from };
    else if (zips.has(from)) zips.get(from)![path] = content;
    else zips.set(from, { [path]: content });
  }
  for (const [zip, files] of zips) {
    const made = madeAt(zip);
    const content = new Blob([zipSync(files, { mtime: LONG_AGO })], { type: "application/zip" });
    yield { name: made ? `letterboxd-export-${made}-utc.zip` : "letterboxd-export.zip", content };
  }
}
