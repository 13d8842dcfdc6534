import { limits } from "../../../src/kinograph/sessions/export_format.json";
import { dayReader } from "./days";
import { Films } from "./films";
import { decode, type Link } from "./links";
import { KINDS, type Figures, type Kind } from "./report";
import type { Table } from "./table";
import { Unusable } from "./zip";

const RATING = /^(?:0[.,]5|[1-4](?:[.,][05])?|5(?:[.,]0)?)$/;
// What the server takes for space, which trim() does not quite.
const BLANK = /^[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]*$/;
// An apostrophe before what a spreadsheet would take for a formula; as sessions/formulas.py reads it.
const GUARDED = /^'+(?:[\t\r\n]|[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]*[=+\-@＝＋－＠])/;
const YEAR = /^(\d{4})(?:\.0)?$/;

type Row = { name: string; link: Link | null; cell: (column: string) => string };

/** The totals of an export, by the rules of sessions/export.py. Where that one has to judge what a person changed, this
 *  one throws Unusable("tried"). */
export class Reading {
  private readonly films = new Films();
  private readonly watched = new Set<number>();
  private readonly evidence = new Set<number>();
  private readonly starred = new Set<number>(); // in an entry
  private readonly marked = { ratings: new Set<number>(), likes: new Set<number>(), watchlist: new Set<number>() };
  private readonly days: Record<"diary" | "reviews", string[]> = { diary: [], reviews: [] };
  private reviews = 0;
  private lists = 0;
  private readonly numbers = new Map<string, string>(); // of lists, by file: one may be in several
  private readonly numbered = new Set<string>();
  private readonly restated = new Map<number, boolean>(); // whether films that are rated otherwise than in the diary have stars
  private readonly kinds = new Set<Kind>(); // that were sent
  private readonly told = new Set<Kind>(); // or that Kinograph's own table of films stands for
  private readonly named: { film: number; day: string }[] = []; // viewings, in that table
  private readonly reviewed = new Set<string>();

  /** Tables come in the order of KINDS: film links before the entries that look for films by name. */
  add(table: Table, path: string): void {
    if (table.kind === "orphaned_diary" || table.kind === "orphaned_reviews") return; // they count nowhere
    this.kinds.add(table.kind);
    this.told.add(table.kind);
    const rows = rowsOf(table);
    if (table.kind === "returned") this.addReturned(table, rows);
    else if (table.kind === "unmarked") for (const { name, link } of rows) this.watched.delete(this.exactly(name, link));
    else if (table.kind === "names") this.addNames(table);
    else if (table.kind === "watched") this.addWatched(rows);
    else if (table.kind === "films") this.addOwnFilms(table, rows, dayReader(table));
    else if (table.kind === "list") this.addList(table, path, rows);
    else if (table.kind === "diary" || table.kind === "reviews") this.addEntries(table, table.kind, rows);
    else this.addMarks(table, table.kind, rows);
  }

  /** `isMissing` says of which kinds a file went unread, so that what depends on it stays unsaid. */
  figures(isMissing: (kind: Kind) => boolean): Figures {
    const isKnown = (upTo: Kind) => !KINDS.slice(0, KINDS.indexOf(upTo) + 1).some(isMissing);
    const viewings = this.kinds.has("diary") || this.kinds.has("returned") ? "diary" : "reviews";
    const areDaysKnown = !isMissing("diary") && !isMissing("returned") && (viewings === "diary" || (!isMissing("reviews") && !isMissing("films")));
    const named = viewings === "diary" ? [] : this.named.filter(({ film, day }) => !this.reviewed.has(`${film} ${day}`));
    const days = [...this.days[viewings], ...named.map(({ day }) => day)].sort();
    return {
      films: isKnown(this.kinds.has("watched") ? "watched" : this.told.has("watched") ? "films" : "reviews") ? this.nWatched() : null,
      viewings: areDaysKnown ? days.length : null,
      first: (areDaysKnown && days[0]) || "",
      last: (areDaysKnown && days.at(-1)) || "",
      ratings: isKnown(this.told.has("ratings") ? "ratings" : "reviews") ? this.nRatings() : null,
      likes: isKnown("likes") ? this.marked.likes.size : null,
      watchlist: isKnown("watchlist") ? this.marked.watchlist.size : null,
      lists: isMissing("list") || isMissing("names") ? null : this.lists,
      reviews: isMissing("reviews") || isMissing("returned") ? null : this.reviews,
    };
  }

  private nWatched(): number {
    return this.told.has("watched") ? this.watched.size : this.evidence.size;
  }

  /** Without ratings.csv the stars are those of entries, as far as their films are watched. */
  private nRatings(): number {
    if (this.kinds.has("returned")) {
      const restated = [...this.restated.values()].filter(Boolean).length;
      return restated + [...this.starred].filter((film) => !this.restated.has(film) && this.watched.has(film)).length;
    }
    if (this.told.has("ratings")) return this.marked.ratings.size;
    if (!this.told.has("watched")) return this.starred.size;
    return [...this.starred].filter((film) => this.watched.has(film)).length;
  }

  private addWatched(rows: Iterable<Row>): void {
    for (const { name, link } of rows) {
      if (this.films.same(name, link) === undefined) this.watched.add(this.films.add(name, link));
    }
  }

  /** Kinograph's own table of films. It comes before all others but watched.csv, and what those tell, too, they tell
   *  better: their marks are set anew. */
  private addOwnFilms({ columns }: Table, rows: Iterable<Row>, readDay: (cell: string) => string): void {
    const isFirst = !this.kinds.has("watched");
    const seen = new Set<number>();
    for (const { name, link, cell } of rows) {
      const film = this.films.same(name, link) ?? (isFirst ? this.films.add(name, link) : this.films.of(name, link));
      if (seen.has(film)) continue;
      seen.add(film);
      if (isFirst) this.watched.add(film);
      if (known(cell("Rating"), RATING)) this.marked.ratings.add(film);
      if (cell("Liked") === "Yes") this.marked.likes.add(film);
      const days = new Set([cell("First Watched Date"), cell("Watched Date")].map(readDay).filter(Boolean));
      for (const day of days) this.named.push({ film, day });
    }
    this.told.add("watched");
    if (columns.has("Rating")) this.told.add("ratings");
    if (columns.has("Liked")) this.told.add("likes");
  }

  /** Films, viewings and reviews as Kinograph wrote them for Letterboxd. */
  private addReturned(table: Table, rows: Iterable<Row>): void {
    for (const told of ["watched", "ratings", "diary"] as const) this.told.add(told);
    const readDay = dayReader(table);
    for (const { name, link, cell } of rows) {
      if (link?.kind === "entry") throw new Unusable("tried"); // Kinograph writes none
      const day = readDay(cell("Watched Date"));
      const stars = known(cell("Rating"), RATING);
      const film = this.exactly(name, link);
      this.watched.add(film);
      if (day) this.days.diary.push(day);
      if (cell("Review")) this.reviews++;
      if (!day && !cell("Review")) this.restated.set(film, stars !== "");
      else if (stars) this.starred.add(film);
    }
  }

  private addNames({ columns, width, rows }: Table): void {
    const [number, file] = [columns.get("List")!, columns.get("File")!];
    for (const cells of rows) if (cells.length === width) this.numbers.set(fileOf(cells[file]!), cells[number]!);
  }

  /** The film of this link, or of no link and this name: in Kinograph's own files a film is told alike. */
  private exactly(name: string, link: Link | null): number {
    return this.films.same(name, link) ?? this.films.add(name, link);
  }

  private addMarks({ isReturned }: Table, kind: "ratings" | "likes" | "watchlist", rows: Iterable<Row>): void {
    if (!isReturned) this.marked[kind].clear();
    for (const { name, link, cell } of rows) {
      const film = isReturned ? this.exactly(name, link) : this.films.of(name, link);
      if (kind !== "ratings") this.marked[kind].add(film);
      else {
        this.evidence.add(film);
        if (known(cell("Rating"), RATING)) this.marked.ratings.add(film);
      }
    }
  }

  private addList({ isReturned }: Table, path: string, rows: Iterable<Row>): void {
    for (const { name, link } of rows) isReturned ? this.exactly(name, link) : this.films.of(name, link);
    const number = isReturned ? this.numbers.get(fileOf(path)) : undefined;
    if (number === undefined || !this.numbered.has(number)) this.lists++;
    if (number !== undefined) this.numbered.add(number);
  }

  private addEntries(table: Table, kind: "diary" | "reviews", rows: Iterable<Row>): void {
    const readDay = dayReader(table);
    const seen = new Set<string>();
    for (const { name, link, cell } of rows) {
      const day = readDay(cell("Watched Date"));
      const stars = known(cell("Rating"), RATING);
      if (!day && kind === "diary") continue;
      if (link?.kind === "entry" && link.code) {
        if (seen.has(link.code)) continue;
        seen.add(link.code);
      }
      const film = this.filmOfEntry(name, link, table.isOwn);
      this.evidence.add(film);
      if (stars) this.starred.add(film);
      if (day) this.days[kind].push(day);
      if (kind === "reviews") {
        this.reviews++;
        this.reviewed.add(`${film} ${day}`);
      }
    }
  }

  /** An entry's link names the entry, so its film is the watched one of that very name and year. */
  private filmOfEntry(name: string, link: Link | null, isOwn: boolean): number {
    if (link?.kind === "film") return this.films.of(name, link);
    // A film without a link has none in either of Kinograph's tables.
    if (isOwn && this.kinds.has("films")) return this.films.same(name, null) ?? this.films.add(name, null);
    const slugged = link?.slug ? this.films.withSlug(link.slug) : undefined;
    if (slugged !== undefined) return slugged;
    const named = link?.slug ? this.films.namedWithoutOtherSlug(name, link.slug) : this.films.named(name);
    return named.find((film) => this.watched.has(film)) ?? named[0] ?? this.films.add(name, link);
  }
}

/** The rows that the server takes: of the right shape and with a title. */
function* rowsOf({ kind, columns, width, rows, isOwn }: Table): Generator<Row> {
  const at = (name: string) => columns.get(name) ?? width;
  const [title, year, uri] = [at("Name"), at("Year"), at(kind === "list" ? "URL" : "Letterboxd URI")];
  for (const cells of rows) {
    if (cells.length !== width) continue;
    const name = isOwn && GUARDED.test(cells[title]!) ? cells[title]!.slice(1) : cells[title]!;
    if (BLANK.test(name) || (name.length > limits.title_length && [...name].length > limits.title_length)) continue;
    const [, digits = ""] = YEAR.exec(cells[year] ?? "") ?? [];
    const known = +digits >= limits.first_year && +digits <= limits.last_year ? digits : "";
    yield { name: `${known} ${name}`, link: decode(cells[uri] ?? ""), cell: (column) => cells[at(column)] ?? "" };
  }
}

function fileOf(path: string): string {
  return path.slice(path.replaceAll("\\", "/").lastIndexOf("/") + 1).toLowerCase();
}

/** The cell if it is written as Letterboxd would; what a spreadsheet made of it is the server's to judge. */
function known(cell: string, shape: RegExp): string {
  if (cell && !shape.test(cell)) throw new Unusable("tried");
  return cell;
}
