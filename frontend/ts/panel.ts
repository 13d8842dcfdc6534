import { go } from "./filters";
import { MORPHED } from "./morph";
import { queryPart } from "./query-part";

const PAUSE = 200; // milliseconds without a change before it is counted

/** Takes clicks on links to the panel of all filters: it opens above the page, without a script as a page of its own. */
export function panels(page: HTMLElement): void {
  page.addEventListener("click", (event) => {
    const link = (event.target as Element).closest<HTMLAnchorElement>("a[data-panel]");
    if (!link || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    void openPanel(link.href);
  });
}

async function openPanel(address: string): Promise<void> {
  try {
    const answer = await fetch(address, { headers: { Accept: "text/html" } });
    const next = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("#panel");
    if (!answer.ok || !next) throw new Error(String(answer.status));
    const opened = document.querySelector<HTMLDialogElement>("#filters");
    const dialog = opened ?? document.createElement("dialog");
    dialog.replaceChildren(next);
    if (!opened) {
      dialog.id = "filters";
      dialog.setAttribute("aria-labelledby", "title-panel");
      dialog.addEventListener("close", () => dialog.remove());
      document.body.append(dialog);
      dialog.showModal();
    }
    document.dispatchEvent(new Event(MORPHED)); // there is something that wants its behavior
    dialog.scrollTop = 0;
    next.querySelector<HTMLElement>("#title-panel")?.focus();
  } catch {
    location.assign(address);
  }
}

/** Counts the films while the form is filled in; within the dialog it leads on without leaving the page. */
export function panel(element: HTMLElement): void {
  const form = element.querySelector("form");
  const dialog = element.closest("dialog");
  if (!form) return;
  let latest = 0;
  let waiting = 0;

  async function count(): Promise<string> {
    const mine = ++latest;
    const answer = await fetch(`${element.dataset["count"]}?${said(form as HTMLFormElement)}`);
    if (!answer.ok) throw new Error(String(answer.status));
    const told = (await answer.json()) as { films: number; sentence: string; button: string; href: string };
    if (mine === latest) {
      queryPart(element, "fit").textContent = told.sentence;
      const show = queryPart<HTMLButtonElement>(element, "show");
      show.textContent = told.button;
      show.disabled = !told.films;
    }
    return told.href;
  }

  form.addEventListener("input", ({ target }) => {
    const box = target as HTMLInputElement;
    // A value is picked by one kind.
    if (box.type === "checkbox" && box.checked) {
      for (const other of box.closest("li")?.querySelectorAll("input") ?? []) other.checked = other === box;
    }
    clearTimeout(waiting);
    waiting = setTimeout(() => void count().catch(() => undefined), PAUSE);
  });

  form.addEventListener("submit", (event) => {
    clearTimeout(waiting);
    if (!dialog) return;
    event.preventDefault();
    if ((event.submitter as HTMLButtonElement | null)?.value === "add") {
      void openPanel(`${form.action}?${said(form)}&do=add`);
      return;
    }
    void count().then(
      (href) => {
        dialog.close();
        return go(href);
      },
      () => form.submit(),
    );
  });

  element.addEventListener("click", (event) => {
    const link = (event.target as Element).closest("a");
    if (!dialog || !link) return;
    event.preventDefault();
    if (link.matches("[data-close]")) dialog.close();
    else void openPanel(link.href);
  });
}

function said(form: HTMLFormElement): string {
  const pairs = [...(new FormData(form) as unknown as Iterable<[string, string]>)].filter(([, value]) => value);
  return new URLSearchParams(pairs).toString();
}
