import { announce, become, giveUp } from "./page";

const PAUSE = 180; // milliseconds without a key before the table follows

/** Searches the films as one types, and takes the choices of their form as they are made. */
export function films(page: HTMLElement): void {
  let waiting = 0;
  let typing = false; // letters of one search are one step for Back

  page.addEventListener("focusin", () => (typing = false));
  page.addEventListener("input", ({ target }) => {
    const { form, type } = target as HTMLInputElement;
    clearTimeout(waiting);
    if (form) waiting = setTimeout(() => void show(form), type === "search" ? PAUSE : 0);
  });
  page.addEventListener("submit", (event) => {
    const form = event.target as HTMLFormElement;
    if (form.role !== "search") return;
    event.preventDefault();
    clearTimeout(waiting);
    void show(form);
  });
  // What is being typed in is left alone when the page is drawn, and Back means the search as well.
  addEventListener("popstate", () => {
    const box = page.querySelector<HTMLInputElement>("input[type=search]");
    if (box) box.value = new URL(location.href).searchParams.get("q") ?? "";
  });

  async function show(form: HTMLFormElement): Promise<void> {
    const address = asked(form);
    const again = typing;
    typing = document.activeElement === form.elements.namedItem("q");
    try {
      if (!(await become(address))) return;
      history[again && typing ? "replaceState" : "pushState"](null, "", address);
      announce(document.querySelector("#found")?.textContent);
    } catch (error) {
      giveUp(error, address);
    }
  }
}

function asked(form: HTMLFormElement): string {
  const said = new URLSearchParams();
  for (const [name, value] of new FormData(form) as unknown as Iterable<[string, string]>) {
    const columns = name === "columns" && said.get(name);
    if (columns) said.set(name, `${columns},${value}`);
    else if (value) said.append(name, value);
  }
  return `${form.action}?${said.toString().replaceAll("%2C", ",")}`;
}
