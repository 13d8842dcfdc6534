import { PAGES, SEEN } from "./sw/names";

const AGAIN = 5000;

// The page for addresses that are not kept: lists those that are, and leaves as soon as the server answers.
setInterval(() => {
  if (navigator.onLine && location.pathname !== "/offline") fetch("/healthz").then(() => location.reload(), () => {});
}, AGAIN);
void list(document.querySelector<HTMLElement>("#cached-pages")!);

async function list(section: HTMLElement): Promise<void> {
  const cache = await caches.open(PAGES);
  const day = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "long", timeStyle: "short" });
  for (const page of (await cache.keys()).toReversed()) {
    const copy = await cache.match(page);
    if (!copy) continue;
    const html = new DOMParser().parseFromString(await copy.text(), "text/html");
    const [item, link, seen] = [document.createElement("li"), document.createElement("a"), document.createElement("small")];
    link.href = page.url;
    link.textContent = html.title.replace(/ · Kinograph$/, "");
    seen.textContent = day.format(new Date(copy.headers.get(SEEN) ?? 0));
    item.append(link, " ", seen);
    section.querySelector("ul")!.append(item);
    section.hidden = false;
  }
}
