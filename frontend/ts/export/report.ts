/** What the worker tells the page. */

import { kinds } from "../../../src/kinograph/sessions/export_format.json";

/** What a file tells; "films" is Kinograph's own table of the watched films. */
export type Kind = keyof typeof kinds;
/** In the order of reading. */
export const KINDS = Object.keys(kinds) as Kind[];

export const FIGURES = ["films", "viewings", "ratings", "reviews", "likes", "watchlist", "lists"] as const;

/** The exact totals, each null where only the server can tell. Days are written 2024-12-31, or empty where there is none. */
export type Figures = Record<(typeof FIGURES)[number], number | null> & { first: string; last: string };

/** Why a file stays here; each has its words in the form's data-reasons. */
export type Why = "personal" | "others" | "deleted" | "foreign" | "unnamed" | "twice" | "empty" | "damaged" | "packed" | "locked" | "large";

/** A sentence of the server's, by its key in the form's data-sentences, and what fills its places but the file's name. */
export type Said = { key: string; places: Record<string, string> };

/** One file: sent and counted (one of them Kinograph's own table), sent for the server to try, or left here. `whole` marks one of those that were dropped. */
export type Entry = { path: string; fate: "sent" | "own" | "tried" | Why; whole: boolean; said?: Said | undefined };

/** `refused` is what the server would say where nothing can be sent. */
export type Report = { figures: Figures; entries: Entry[]; refused: Entry | null };

/** A file as it is sent: without what is left here, and without the name of the member. */
export type Part = { name: string; content: Blob };

export type Told = { report: Report } | { parts: Part[] };
