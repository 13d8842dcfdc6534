import { checkNature, refuseZip } from "./origins";
import { byPath, isRead, whyLeft } from "./paths";
import type { Entry } from "./report";
import { some } from "./wording";
import { entriesOf, inflate, isZip, MOST_BYTES, Unusable } from "./zip";

/** A file that may be one of an export, and what was dropped: it, or the ZIP or folder it was in. */
export type Source = { path: string; content: Uint8Array<ArrayBuffer>; from: File; isInside: boolean };

/** Opens what was dropped: the files to look into, ZIPs before the others, and those that stay here unread. */
export async function open(files: File[]): Promise<{ sources: Source[]; left: Entry[] }> {
  const sources: Source[] = [];
  const left: Entry[] = [];
  const loose: { file: File; content: Uint8Array<ArrayBuffer> }[] = [];
  let most = MOST_BYTES;

  for (const file of files) {
    try {
      if (file.size > MOST_BYTES) throw new Unusable("large");
      const content = new Uint8Array(await bytesOf(file));
      if (isZip(content)) openZip(file, content);
      else loose.push({ file, content });
    } catch (error) {
      left.push({ path: file.name, ...whyUnusable(error), whole: true });
    }
  }
  const folder = loose.find(({ file }) => isInFolder(file))?.file;
  for (const [path, { file, content }, isRepeated] of byPath(loose, ({ file }) => file.name)) {
    const isInside = isInFolder(file);
    const fate = isRepeated ? "twice" : whyLeft(path) ?? (isInside && !isRead(path) ? "foreign" : null);
    if (fate) {
      const said = isInside || fate !== "foreign" ? undefined : { key: "misplaced", places: {} };
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

  function openZip(file: File, zip: Uint8Array): void {
    const entries = byPath(entriesOf(zip), ({ name }) => name);
    const [unread, unwanted, found]: [Source[], Entry[], typeof entries] = [[], [], []];
    for (const [path, entry, isRepeated] of entries) {
      if (isRead(path)) found.push([path, entry, false]);
      else unwanted.push({ path, fate: isRepeated ? "twice" : whyLeft(path) ?? "foreign", whole: false });
    }
    if (!found.length) {
      const personal = unwanted.filter(({ fate }) => fate !== "foreign").map(({ path }) => path);
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
    sources.push(...unread);
    left.push(...unwanted);
  }
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
