import { bytes } from "./unit-formats";
import { acceptDrops } from "./drag-and-drop";
import type { Part, Report } from "./export/report";
import { startPreview, type Preview } from "./preview-worker";
import { queryPart } from "./query-part";
import { send, type Outcome } from "./send";
import { UploadPreview } from "./upload-preview";

/** Mixed is ready, too: some of the files are of use. What failed to be sent is ready to be sent again. */
type State = "empty" | "reading" | "ready" | "refused" | "sending";

const MARK = "kinograph-upload"; // in this tab, the name of what is being sent

/** Says what is in the files before anything is sent, sends what is needed of them, and can be stopped; what went wrong
 *  is said beside the form, which keeps its files. */
export function upload(element: HTMLElement): void {
  const form = element as HTMLFormElement;
  const say = form.dataset;
  const input = form.querySelector<HTMLInputElement>("input[type=file]")!;
  const button = form.querySelector<HTMLButtonElement>("button:not([type=button])")!;
  const [pick, sending, cancel] = [queryPart<HTMLFieldSetElement>(form, "pick"), queryPart(form, "sending"), queryPart(form, "cancel")];
  const [state, bar, error] = [queryPart(form, "state"), queryPart<HTMLProgressElement>(form, "bar"), queryPart(form, "error")];
  const preview = new UploadPreview(form);
  let files: File[] = [];
  let looking: Preview | null = null;
  let report: Report | null = null;
  let stop: (() => void) | null = null;

  input.required = false; // the sentence beside the form says it better
  input.addEventListener("change", () => add([...(input.files ?? [])]));
  cancel.addEventListener("click", () => stop?.());
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (looking) void begin(looking);
    else fail(say["sayNothing"]);
  });
  addEventListener("pagehide", () => (stop = null)); // what the browser breaks off by leaving has not failed
  addEventListener("pageshow", ({ persisted }) => persisted && rest()); // came Back from the session's page
  acceptDrops((dropped) => {
    if (stop || !dropped.length) return;
    add(dropped);
    button.focus({ preventScroll: true });
  });
  become("empty");
  if (input.files?.length) choose([...input.files]); // a browser may keep them over a reload
  sayInterrupted();

  /** More files beside those that are here, or in place of what was of no use. */
  function add(more: File[]): void {
    choose(say["state"] === "refused" ? more : [...files, ...more]);
    reveal(form, button);
  }

  function choose(chosen: File[]): void {
    looking?.stop();
    files = distinct(chosen);
    const transfer = new DataTransfer();
    for (const file of files) transfer.items.add(file);
    input.files = transfer.files;
    form.classList.toggle("has-files", files.length > 0);
    error.hidden = true;
    report = null;
    preview.list(files, remove);
    become(files.length ? "reading" : "empty");
    looking = files.length ? startPreview(files, { address: say["preview"] ?? "", told }) : null;
  }

  function told(found: Report | null): void {
    report = found;
    preview.draw(found);
    if (stop) return;
    const hadFocus = document.activeElement === button;
    become(found?.refused ? "refused" : "ready");
    if (hadFocus && button.disabled) input.focus({ preventScroll: true });
    reveal(form, button);
  }

  /** What the form looks like. There is a button to press as soon as there may be something to send. */
  function become(state: State): void {
    say["state"] = state;
    button.disabled = state === "empty" || state === "refused";
  }

  function remove(unwanted: File[]): void {
    const n = [...queryPart(form, "files").querySelectorAll("button")].indexOf(document.activeElement as HTMLButtonElement);
    choose(files.filter((file) => !unwanted.includes(file)));
    const buttons = queryPart(form, "files").querySelectorAll("button");
    (buttons[Math.min(Math.max(n, 0), buttons.length - 1)] ?? input).focus();
  }

  async function begin({ parts: packing }: Preview): Promise<void> {
    let stopped = false;
    stop = () => {
      stopped = true;
      fail(say["sayCancelled"]);
    };
    busy();
    const parts = await packing;
    if (stopped) return;
    const problem = whyNot(parts);
    if (problem) return fail(problem);
    sessionStorage.setItem(MARK, preview.picked);
    const request = send(parts, say, { moved, ended });
    stop = () => request.abort();
  }

  function whyNot(parts: Part[]): string | undefined {
    if (!parts.length) return (report && preview.troubles(report)[0]) || say["sayNothing"];
    const size = parts.reduce((sum, { content }) => sum + content.size, 0);
    return size > Number(say["maxBytes"]) ? say["sayLarge"] : undefined;
  }

  function busy(): void {
    become("sending");
    form.classList.add("is-sending");
    pick.disabled = true;
    error.hidden = true;
    bar.value = 0;
    state.textContent = say["sayReading"] ?? "";
    cancel.hidden = sending.hidden = false;
    cancel.focus({ preventScroll: true });
  }

  function moved(loaded: number, total: number): void {
    const isSent = loaded >= total;
    bar.value = loaded / total;
    cancel.hidden = isSent; // what has arrived is stored, and is deleted on its own page
    const text = isSent ? (say["sayReading"] ?? "") : (say["saySending"] ?? "");
    state.textContent = text.replace("{sent}", bytes(loaded)).replace("{all}", bytes(total));
  }

  function ended(outcome: Outcome): void {
    if (!stop) return;
    sessionStorage.removeItem(MARK);
    if ("session" in outcome) location.assign(`${say["session"]}${outcome.session}`);
    else fail(outcome.sentence);
  }

  function rest(): void {
    stop = null;
    sending.hidden = true;
    form.classList.remove("is-sending");
    pick.disabled = false;
    become(!files.length ? "empty" : report?.refused ? "refused" : "ready");
  }

  function fail(sentence: string | undefined): void {
    rest();
    error.textContent = sentence ?? "";
    error.hidden = false;
    error.focus();
  }

  /** After a reload in the midst of it nobody can tell here whether all had arrived; the list of sessions can. */
  function sayInterrupted(): void {
    const name = sessionStorage.getItem(MARK);
    if (!name) return;
    sessionStorage.removeItem(MARK);
    const hasSessions = document.querySelector(".session-list");
    error.textContent = (say[hasSessions ? "sayMaybeArrived" : "sayInterrupted"] ?? "").replace("{file}", name);
    error.hidden = false;
  }
}

/** Brings the whole form into view, or where it is taller than the window its button. */
function reveal(form: HTMLElement, button: HTMLElement): void {
  const behavior = matchMedia("(prefers-reduced-motion: reduce)").matches ? "instant" : "smooth";
  const fits = form.getBoundingClientRect().height < innerHeight;
  if (fits) form.scrollIntoView({ block: "center", behavior });
  else button.scrollIntoView({ block: "end", behavior });
}

/** A file that is picked twice is one. */
function distinct(files: File[]): File[] {
  const byName = new Map(files.map((file) => [`${file.name} ${file.size} ${file.lastModified}`, file]));
  return [...byName.values()];
}
