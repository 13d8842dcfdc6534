import { dashes, limits, spaces } from "../../../src/kinograph/sessions/export_format.json";
import type { Link } from "./links";

const SPACES = new RegExp(spaces, "g");
const DASHES = new RegExp(dashes, "g");

/** Which rows of one export speak of the same film; a film is a number. A link decides, and name and year join rows only
 *  where links cannot contradict: the same rules as sessions/film_index.py. */
export class Films {
  private readonly films: { uri: boolean; code?: string; slug?: string }[] = [];
  private readonly byCode = new Map<string, number>();
  private readonly bySlug = new Map<string, number>();
  private readonly byName = new Map<string, number[]>();
  private readonly bySpelling = new Map<string, number[]>();

  /** Those of this very name, else those of a name that differs by nothing one would see. */
  named(name: string): number[] {
    return this.byName.get(name) ?? this.bySpelling.get(spelled(name)) ?? [];
  }

  /** Those of this name that no link calls by another slug: a film has one in all of an export. */
  namedWithoutOtherSlug(name: string, slug: string): number[] {
    return this.named(name).filter((film) => [undefined, slug].includes(this.films[film]!.slug));
  }

  withSlug(slug: string): number | undefined {
    return this.bySlug.get(slug);
  }

  /** The film of exactly this link, or of no link and this name, as two rows of one file would repeat it. */
  same(name: string, link: Link | null): number | undefined {
    if (link?.kind !== "film") return this.byName.get(name)?.find((film) => !this.films[film]!.uri);
    return this.linked(link);
  }

  of(name: string, link: Link | null): number {
    if (link?.kind !== "film") return this.named(name)[0] ?? this.add(name, null);
    const known = this.linked(link);
    if (known !== undefined) {
      if (!this.films[known]!.uri) this.attach(known, link);
      return known;
    }
    const part = link.code ? "code" : "slug";
    const joined = this.named(name).find((film) => this.films[film]![part] === undefined);
    if (joined === undefined) return this.add(name, link);
    this.attach(joined, link);
    return joined;
  }

  add(name: string, link: Link | null): number {
    const film = this.films.push({ uri: false }) - 1;
    for (const [named, key] of [[this.byName, name], [this.bySpelling, spelled(name)]] as const) {
      const namesakes = named.get(key) ?? [];
      if (!namesakes.length) named.set(key, namesakes);
      if (namesakes.length < limits.namesakes) namesakes.push(film);
    }
    if (link?.kind === "film") this.attach(film, link);
    else if (link?.kind === "entry" && link.slug) {
      this.films[film]!.slug = link.slug;
      if (!this.bySlug.has(link.slug)) this.bySlug.set(link.slug, film);
    }
    return film;
  }

  private linked({ code, slug }: Link): number | undefined {
    return code ? this.byCode.get(code) : this.bySlug.get(slug ?? "");
  }

  private attach(film: number, { code, slug }: Link): void {
    Object.assign(this.films[film]!, { uri: true }, code ? { code } : { slug });
    if (code) this.byCode.set(code, film);
    else if (slug) this.bySlug.set(slug, film);
  }
}

/** The same for é in one sign and in two, for spaces that do not break and for dashes. The name begins with its year. */
function spelled(name: string): string {
  const at = name.indexOf(" ") + 1;
  const title = name.slice(at).normalize("NFC").replace(DASHES, "-").replace(SPACES, " ").replace(/^ | $/g, "");
  return name.slice(0, at) + title;
}
