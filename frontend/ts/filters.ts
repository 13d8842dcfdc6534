import { announce, become, giveUp } from "./page";

/** Takes clicks on links that pick or drop a filter: same address, same page, only morphed; Back works as ever. */
export function filters(page: HTMLElement): void {
  page.addEventListener("click", (event) => {
    const link = (event.target as Element).closest("a[data-filter]");
    if (!link || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    void go(link.getAttribute("href") ?? "");
  });
  addEventListener("popstate", () => void draw(location.href));
}

/** To an address of this page with other filters. */
export async function go(href: string): Promise<void> {
  const address = new URL(href, location.href).href;
  await draw(address, () => history.pushState(null, "", address));
}

async function draw(address: string, drawn?: () => void): Promise<void> {
  try {
    if (!(await become(address))) return;
    drawn?.();
    announce(document.querySelector("#headline")?.textContent); // what the page says after the filter
  } catch (error) {
    if (drawn) giveUp(error, address);
    else location.assign(address); // the address is another already, and the page must not stay
  }
}
