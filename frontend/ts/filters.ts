import { become } from "./page";

/** Takes clicks on links that pick or drop a filter: same address, same page, only morphed; Back works as ever. */
export function filters(page: HTMLElement): void {
  page.addEventListener("click", (event) => {
    const link = (event.target as Element).closest<HTMLAnchorElement | SVGAElement>("a[data-filter]");
    if (!link || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const address = new URL(link.getAttribute("href") ?? "", location.href);
    if (address.origin !== location.origin) return;
    event.preventDefault();
    void go(address.href, () => history.pushState(null, "", address));
  });
  addEventListener("popstate", () => void go(location.href, () => undefined));
}

async function go(address: string, moved: () => void): Promise<void> {
  try {
    if (!(await become(address))) return;
    moved();
    announce();
  } catch {
    location.assign(address);
  }
}

/** Tells a screen reader what the page says after the filter. */
function announce(): void {
  const announcer = document.querySelector("#announcer");
  if (announcer) announcer.textContent = document.querySelector("#headline")?.textContent ?? "";
}
