import { bytes } from "./unit-formats";
import { FIGURES, type Entry, type Report } from "./export/report";
import { displayName } from "./export/wording";
import { queryPart } from "./query-part";

// What the server says of a file that the preview has no more to say of than its fate.
const KEYS: Partial<Record<Entry["fate"], string>> = { personal: "private", others: "private", deleted: "private" };
const UNKNOWN = "–";
const MOST_NAMES = 8;

/** The card that says what is in the files, before anything is sent. Its words are in the form's data attributes. */
export class UploadPreview {
  private readonly say: DOMStringMap;
  private readonly reasons: Record<string, string>;
  private readonly sentences: Record<string, string>;
  private readonly natures: Record<string, string>;
  private readonly names: Record<string, string>;
  private readonly box: HTMLElement;

  constructor(private readonly form: HTMLElement) {
    this.say = form.dataset;
    this.reasons = JSON.parse(this.say["reasons"] ?? "{}");
    this.sentences = JSON.parse(this.say["sentences"] ?? "{}");
    this.natures = JSON.parse(this.say["natures"] ?? "{}");
    this.names = JSON.parse(this.say["names"] ?? "{}");
    this.box = queryPart(form, "preview");
  }

  /** Shows what was picked, a folder as one, while it is looked into; `remove` gets the files of what is taken out. */
  list(files: File[], remove: (files: File[]) => void): void {
    const picked = new Map<string | File, File[]>();
    for (const file of files) {
      const key = topFolder(file.name) || file;
      picked.set(key, [...(picked.get(key) ?? []), file]);
    }
    queryPart(this.form, "summary").textContent = "";
    this.box.hidden = !files.length;
    this.box.setAttribute("aria-busy", "true");
    queryPart(this.form, "files").replaceChildren(
      ...[...picked].map(([key, files]) => this.stub(key instanceof File ? key.name : key, files, remove)),
    );
  }

  private stub(name: string, files: File[], remove: (files: File[]) => void): HTMLElement {
    const button = Object.assign(document.createElement("button"), { type: "button", textContent: "×" });
    button.setAttribute("aria-label", (this.say["sayRemove"] ?? "").replace("{file}", name));
    button.addEventListener("click", () => remove(files));
    const size = files.reduce((sum, { size }) => sum + size, 0);
    return text("li", text("span", name), text("small", bytes(size)), button);
  }

  /** The names of what was picked. */
  get picked(): string {
    return [...queryPart(this.form, "files").querySelectorAll("span")].map(({ textContent }) => textContent).join(", ");
  }

  /** The report's figures; without one, that the server will look. */
  draw(report: Report | null): void {
    const entries = report?.entries ?? [];
    const hasSome = entries.some(isSent);
    this.box.setAttribute("aria-busy", "false");
    for (const name of ["figures", "days"]) queryPart(this.form, name).hidden = !hasSome;
    queryPart(this.form, "details").hidden = !entries.length;
    this.drawFigures(report);
    const left = report?.refused ? "" : this.leftOut(entries); // where nothing is sent, the sentence has said so
    queryPart(this.form, "left").textContent = left;
    const troubles = report ? this.troubles(report) : [this.say["sayUnseen"] ?? ""];
    queryPart(this.form, "troubles").replaceChildren(...troubles.map((sentence) => text("li", sentence)));
    queryPart(this.form, "entries").replaceChildren(
      ...entries.map((entry) => {
        const item = text("li", text("span", entry.path), text("small", this.reasons[entry.fate] ?? ""));
        item.classList.toggle("is-sent", isSent(entry));
        return item;
      }),
    );
    const figures = hasSome ? [...this.form.querySelectorAll("[data-figure]")].map(spoken) : [];
    queryPart(this.form, "summary").textContent = [figures.join(", "), ...troubles, left].filter(Boolean).join(". ");
  }

  /** What is wrong with the files that stay here, each in a sentence; the one that the server would say first. */
  troubles({ entries, refused }: Report): string[] {
    const told = entries.filter((entry) => isTrouble(entry) && entry !== refused);
    return [...new Set([refused, ...told].filter((entry) => entry !== null).map((entry) => this.sentence(entry)))];
  }

  private drawFigures(report: Report | null): void {
    const { lang } = document.documentElement;
    for (const name of FIGURES) {
      const figure = this.form.querySelector(`[data-figure="${name}"] dd`);
      if (figure) figure.textContent = report?.figures[name]?.toLocaleString(lang) ?? UNKNOWN;
    }
    const { first, last } = report?.figures ?? {};
    const day = new Intl.DateTimeFormat(lang, { dateStyle: "medium", timeZone: "UTC" });
    const days = first && last ? [first, last].map((iso) => day.format(new Date(iso))) : [];
    queryPart(this.form, "days").textContent = [...new Set(days)].join(" – ");
  }

  /** As the server would say it; of a file that it shall try, that it will be sent. */
  private sentence({ path, fate, said }: Entry): string {
    const file = displayName(path);
    const { key, places } = said ?? { key: KEYS[fate] ?? fate, places: { names: file } };
    const sentence = this.sentences[key];
    if (!sentence) return (this.say["sayTrouble"] ?? "").replace("{reason}", this.reasons[fate] ?? "").replace("{file}", () => file);
    const what = this.natures[places["what"] ?? ""] ?? "";
    const filled: Record<string, string> = { ...places, file, what };
    return sentence.replace(/%\((\w+)\)s/g, (_, name: string) => filled[name] ?? "").replaceAll("%%", "%");
  }

  private leftOut(entries: Entry[]): string {
    const left = entries.filter((entry) => !isSent(entry) && !isTrouble(entry)).map(({ path }) => path);
    const named = (path: string) => this.names[path.toLowerCase()] ?? this.names[topFolder(path).toLowerCase()];
    const names = [...new Set([...left.map(named), ...left.filter((path) => !named(path))])].filter((name) => name !== undefined);
    if (names.length > MOST_NAMES) names.splice(MOST_NAMES, Infinity, "…");
    return names.length ? (this.say["sayLeft"] ?? "").replace("{names}", names.join(", ")) : "";
  }
}

function isSent({ fate }: Entry): boolean {
  return fate === "sent" || fate === "own" || fate === "tried";
}

function isTrouble({ fate, whole, said }: Entry): boolean {
  if (fate === "own") return false;
  return whole || said?.places["service"] ? fate !== "sent" : ["tried", "damaged", "packed", "large", "twice"].includes(fate);
}

/** With its slash; empty for a file by itself. */
function topFolder(path: string): string {
  return path.slice(0, path.indexOf("/") + 1);
}

function spoken(figure: Element): string {
  return `${figure.querySelector("dt")?.textContent}: ${figure.querySelector("dd")?.textContent}`;
}

function text(tag: string, ...content: (Node | string)[]): HTMLElement {
  const element = document.createElement(tag);
  element.append(...content);
  return element;
}
