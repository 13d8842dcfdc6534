import { everything, everything_version } from "../../../src/kinograph/sessions/export_format.json";
import { FIGURES, type Figures } from "./report";
import { Unusable } from "./zip";

const BEGINS = new RegExp(everything);

type Entry = { watched_on?: string };
type Told = { films: { watched?: boolean; rating?: number; liked?: boolean; watchlist?: boolean }[] } & {
  [name in "viewings" | "reviews" | "lists"]?: Entry[];
};

/** Of Kinograph's own file of an export the version of its format; null for every other file. */
export function versionOf(content: Uint8Array): number | null {
  const start = new TextDecoder("latin1").decode(content.subarray(0, 512)).replace(/^\u00ef\u00bb\u00bf/, "");
  const found = BEGINS.exec(start);
  return found ? +found[1]! : null;
}

/** What such a file holds, as sessions/everything_reader.py reads it. Throws Unusable: "tried" where the server has to say
 *  what is wrong with it. */
export function figuresOf(content: Uint8Array): Figures {
  const version = versionOf(content);
  if (version !== everything_version) {
    const places = { version: String(version), known: String(everything_version) };
    throw new Unusable("foreign", { key: "newer", places });
  }
  let told: Told;
  try {
    told = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(content));
  } catch {
    throw new Unusable("damaged");
  }
  try {
    return count(told);
  } catch {
    throw new Unusable("tried");
  }
}

/** Where nothing can be said. */
export function unknownFigures(): Figures {
  return { ...(Object.fromEntries(FIGURES.map((name) => [name, null])) as Record<(typeof FIGURES)[number], null>), first: "", last: "" };
}

function count({ films, viewings = [], reviews = [], lists = [] }: Told): Figures {
  const days = viewings.map(({ watched_on }) => watched_on!).sort();
  return {
    films: films.filter(({ watched }) => watched).length,
    viewings: viewings.length,
    ratings: films.filter(({ rating }) => rating).length,
    reviews: reviews.length,
    likes: films.filter(({ liked }) => liked).length,
    watchlist: films.filter(({ watchlist }) => watchlist).length,
    lists: lists.length,
    first: days[0] ?? "",
    last: days.at(-1) ?? "",
  };
}
