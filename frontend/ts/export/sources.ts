import { limits, made_at } from "../../../src/kinograph/sessions/export_format.json";
import { versionOf } from "./everything";
import { isNamed } from "./folders";
import { checkNature, refuseZip } from "./origins";
import { byPath, isOrphaned, isRead, whyLeft } from "./paths";
import type { Entry, Said } from "./report";
import { displayName, some } from "./wording";
import { entriesOf, inflate, isZip, Unusable } from "./zip";

const MADE_AT = new RegExp(made_at);

/** A file that may be one of an export, and what was dropped: it, or the ZIP or folder it was in. */
export type Source = { path: string; content: Uint8Array<ArrayBuffer>; from: File; isInside: boolean };

/** Opens what was dropped: the files to look into, ZIPs before the others, and those that stay here unread. */
export async function open(files: File[]): Promise<{ sources: Source[]; left: Entry[] }> {
  const sources: Source[] = [];
  const left: Entry[] = [];
  const loose: { file: File; content: Uint8Array<ArrayBuffer> }[] = [];
  const taken = new Map<string, string>(); // which ZIP has a file
  let most = limits.inflated_bytes;

  // Of several ZIPs with the same files the newest by its name: two exports are never mixed.
  for (const file of [...files].sort((one, other) => (madeAt(one) < madeAt(other) ? 1 : madeAt(one) > madeAt(other) ? -1 : 0))) {
    try {
      if (file.size > limits.inflated_bytes) throw new Unusable("large");
      const content = new Uint8Array(await bytesOf(file));
      if (isZip(content)) openZip(file, content);
      else if (versionOf(content) !== null) return { sources: [{ path: file.name, content, from: file, isInside: false }], left: besides(file) };
      else loose.push({ file, content });
    } catch (error) {
      left.push({ path: file.name, ...whyUnusable(error), whole: true });
    }
  }
  const folder = loose.find(({ file }) => isInFolder(file))?.file;
  for (const [path, { file, content }, repeats] of byPath(loose, ({ file }) => file.name)) {
    const isInside = isInFolder(file);
    const fate = repeats ? "twice" : whyLeft(path) ?? (isInside && !isRead(path) ? "foreign" : null);
    if (fate) {
      const said = repeats ? ofAnother(repeats) : isInside || fate !== "foreign" ? undefined : { key: "misplaced", places: {} };
      left.push({ path, fate, whole: !isInside, said });
      continue;
    }
    try {
      checkNature(path, content);
      sources.push({ path, content, from: isInside ? folder! : file, isInside });
    } catch (error) {
      left.push({ path, ...whyUnusable(error), whole: !isInside });
    }
  }
  return { sources, left };

  /** One export at a time is sent. */
  function besides(own: File): Entry[] {
    const others = files.filter((file) => file !== own);
    return others.map((file) => ({ path: file.name, fate: "twice", whole: !isInFolder(file), said: ofAnother(own.name) }));
  }

  function openZip(file: File, zip: Uint8Array): void {
    const entries = byPath(entriesOf(zip), ({ name }) => name);
    const [unread, unwanted, found]: [Source[], Entry[], typeof entries] = [[], [], []];
    for (const [path, entry, repeats] of entries) {
      if (isRead(path)) found.push([path, entry, undefined]);
      else if (repeats) unwanted.push({ path, fate: "twice", whole: false, said: ofAnother(repeats) });
      else unwanted.push({ path, fate: whyLeft(path) ?? "foreign", whole: false });
    }
    if (found.every(([path]) => isOrphaned(path))) {
      const isPersonal = (path: string) => isOrphaned(path) || unwanted.some((each) => each.path === path && each.fate !== "foreign");
      const personal = entries.map(([path]) => path).filter(isPersonal);
      if (personal.length) throw new Unusable("personal", { key: "private", places: { names: some(personal) } });
      refuseZip(file.name, entries.map(([path]) => path));
    }
    if (found.some(([, { locked }]) => locked)) throw new Unusable("locked");
    for (const [path, entry] of found) {
      try {
        const content = inflate(zip, entry, most);
        most -= content.length;
        unread.push({ path, content, from: file, isInside: true });
      } catch (error) {
        const why = whyUnusable(error);
        if (why.fate === "large") throw error;
        unwanted.push({ path, ...why, whole: false });
      }
    }
    const names = unread.map(({ path }) => path.toLowerCase()).filter(isNamed);
    const other = names.map((name) => taken.get(name)).find((zip) => zip !== undefined);
    if (other !== undefined) throw new Unusable("twice", { key: "another ZIP", places: { other: displayName(other) } });
    for (const name of names) taken.set(name, file.name);
    sources.push(...unread);
    left.push(...unwanted);
  }
}

/** The minute in the name that Letterboxd gives a ZIP, or nothing. */
export function madeAt({ name }: File): string {
  return MADE_AT.exec(name)?.[1] ?? "";
}

function ofAnother(path: string): Said {
  return { key: "another export", places: { other: displayName(path) } };
}

async function bytesOf(file: File): Promise<ArrayBuffer> {
  try {
    return await file.arrayBuffer();
  } catch {
    throw new Unusable("damaged"); // it is gone, or its owner may not read it
  }
}

function isInFolder({ name }: File): boolean {
  return name.includes("/");
}

export function whyUnusable(error: unknown): Pick<Entry, "fate" | "said"> {
  if (error instanceof Unusable) return { fate: error.why, said: error.said };
  return { fate: error instanceof RangeError ? "damaged" : "tried" }; // beyond its end is where a cut-off file points
}
