const FILES = "files";
const OFFLINE = "/offline";
const HASHED = /[\w-]+\.[0-9A-Z]{8}\.\w+/g;

/** Whether this is an address that can only ever mean one file. */
export function isHashed(path: string): boolean {
  return path.startsWith("/static/") && path.search(HASHED) > 0;
}

/** A file under a hashed name: from the cache, where it has been asked for before. */
export async function file(event: FetchEvent): Promise<Response> {
  const cache = await caches.open(FILES);
  const known = await found(cache, event.request.url);
  if (known) return known;
  const answer = await fetch(event.request);
  if (answer.status === 200) event.waitUntil(cache.put(event.request.url, answer.clone()));
  return answer;
}

/** Fetches the page for addresses that are not kept, and what it is made of. */
export async function prepare(): Promise<void> {
  const page = await fetch(OFFLINE, { cache: "no-cache" });
  if (!page.ok) throw new Error(String(page.status));
  await gather(await page.clone().text());
  await (await caches.open(FILES)).put(OFFLINE, page);
}

export async function offline(): Promise<Response> {
  const page = await found(await caches.open(FILES), OFFLINE);
  return page ? new Response(page.body, { status: 503, headers: page.headers }) : Response.error();
}

/** Fetches the files that a page names, unless they are here. */
export async function gather(page: string): Promise<void> {
  const cache = await caches.open(FILES);
  for (const name of new Set(names(page))) {
    if (!(await found(cache, `/static/${name}`))) await cache.add(`/static/${name}`);
  }
}

/** Drops the files of earlier builds, but for those that one of these pages names. */
export async function prune(pages: string[]): Promise<void> {
  const cache = await caches.open(FILES);
  const text = async (address: string) => (await found(cache, address))?.text() ?? "";
  const wanted = new Set([await text(OFFLINE), ...pages].flatMap(names));
  for (const name of [...wanted].filter((name) => name.endsWith(".css"))) {
    for (const font of names(await text(`/static/${name}`))) wanted.add(font);
  }
  for (const { url } of await cache.keys()) {
    const name = url.split("/static/")[1];
    if (name && !wanted.has(name)) await cache.delete(url, { ignoreVary: true });
  }
}

function found(cache: Cache, address: string): Promise<Response | undefined> {
  return cache.match(address, { ignoreVary: true });
}

function names(text: string): string[] {
  return text.match(HASHED) ?? [];
}
