import { askEarly, forgetEarly } from "./ask";
import { announce, become, giveUp } from "./page";

const REST = 80; // milliseconds for which a mouse stays on what may be clicked

/** Takes clicks on links that pick or drop a filter: same address, same page, only morphed; Back works as ever. */
export function filters(page: HTMLElement): void {
  askAhead(page);
  page.addEventListener("click", (event) => {
    const link = linkAt(event);
    if (!link || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    void go(addressOf(link));
  });
  addEventListener("popstate", () => {
    forgetEarly(); // that was for a click: whoever goes back wants what there is now
    void draw(location.href);
  });
}

/** Has the answer wait for the click: asks for a page once a mouse rests on its link, or anything goes down on it. */
function askAhead(page: HTMLElement): void {
  let resting = 0;
  page.addEventListener("pointerover", (event) => {
    clearTimeout(resting);
    const link = event.pointerType === "mouse" && !savesData() && linkAt(event);
    if (link) resting = setTimeout(() => askEarly(addressOf(link)), REST);
  });
  page.addEventListener("pointerleave", () => clearTimeout(resting));
  page.addEventListener("pointerdown", (event) => {
    const link = !event.button && linkAt(event);
    if (link) askEarly(addressOf(link));
  });
  page.addEventListener("pointercancel", () => forgetEarly()); // a finger that scrolls
}

function linkAt(event: Event): Element | null {
  return (event.target as Element).closest("a[data-filter]");
}

function addressOf(link: Element): string {
  return new URL(link.getAttribute("href") ?? "", location.href).href;
}

function savesData(): boolean {
  return !!(navigator as { connection?: { saveData?: boolean } }).connection?.saveData;
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
