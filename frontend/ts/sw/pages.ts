import { gather } from "./files";
import { PAGES, SEEN } from "./names";

// Filters make many addresses: they shall not push out the pages they were picked on.
const MOST_PLAIN = 24;
const MOST_PICKED = 16;
const LONGEST = 30 * 24 * 3600 * 1000;

/** Keeps a page that has been seen, and forgets the session of one that is gone. */
export async function note(address: string, answer: Response): Promise<void> {
  const session = sessionOf(address);
  if (session && [404, 410].includes(answer.status)) await forget(session);
  else if (isKept(address) && isWhole(answer)) await keep(address, answer.clone());
}

/** The page of just this address, marked as old; none that cannot be. */
export async function stalePage(address: string): Promise<Response | null> {
  const copy = await (await caches.open(PAGES)).match(address);
  if (!copy || isTooOld(copy)) return null;
  const html = mark(await copy.text(), seen(copy));
  return html ? new Response(html, { headers: copy.headers }) : null;
}

export async function forget(session: string): Promise<void> {
  const cache = await caches.open(PAGES);
  for (const page of await cache.keys()) {
    if (sessionOf(page.url) === session) await cache.delete(page);
  }
}

/** The id of the session that an address is about. */
export function sessionOf(address: string): string | null {
  return /^\/session\/([0-9a-f-]{36})(?=\/|$)/i.exec(new URL(address).pathname)?.[1]?.toLowerCase() ?? null;
}

/** Whether an address is a page of statistics; nobody can correct matches offline. */
export function isKept(address: string): boolean {
  return /^\/(sample|session\/[^/]+)(?!\/repair)(\/|$)/.test(new URL(address).pathname);
}

export async function texts(): Promise<string[]> {
  const cache = await caches.open(PAGES);
  const pages = await Promise.all((await cache.keys()).map((page) => cache.match(page)));
  return Promise.all(pages.map((page) => page?.text() ?? ""));
}

function isWhole({ status, redirected, headers }: Response): boolean {
  const isPage = headers.get("Content-Type")?.startsWith("text/html");
  return status === 200 && !redirected && !!isPage && !headers.get("Cache-Control")?.includes("no-store");
}

async function keep(address: string, answer: Response): Promise<void> {
  const headers = new Headers(answer.headers); // the policy among them
  for (const name of ["Content-Encoding", "Content-Length", "Vary"]) headers.delete(name);
  headers.set(SEEN, new Date().toISOString());
  const html = await answer.text();
  const cache = await caches.open(PAGES);
  await cache.put(address.split("#")[0]!, new Response(html, { headers }));
  await trim(cache);
  await gather(html);
}

async function trim(cache: Cache): Promise<void> {
  const all = await cache.keys(); // those seen last come last
  const picked = all.filter(({ url }) => url.includes("?"));
  const plain = all.filter(({ url }) => !url.includes("?"));
  const surplus = new Set([...picked.slice(0, -MOST_PICKED), ...plain.slice(0, -MOST_PLAIN)]);
  for (const page of all) {
    const copy = await cache.match(page);
    if (surplus.has(page) || (copy && isTooOld(copy))) await cache.delete(page);
  }
}

function isTooOld(copy: Response): boolean {
  return Date.now() - seen(copy).getTime() > LONGEST;
}

function seen(copy: Response): Date {
  return new Date(copy.headers.get(SEEN) ?? 0);
}

/** Says on the page of when it is; null where it brings no sentence for that, in its language and escaped. The notice is
 *  in <main>, for that is what a page is morphed in. */
function mark(html: string, when: Date): string | null {
  const [main, say] = /<main [^>]*data-say-stale="([^"]*)"[^>]*>/.exec(html) ?? [];
  if (!main || !say) return null;
  const lang = /<html lang="([\w-]+)"/.exec(html)?.[1];
  const day = new Intl.DateTimeFormat(lang, { dateStyle: "full", timeStyle: "short" }).format(when);
  const notice = `<p class="toast" id="stale-page" role="status" data-behavior="stale-page">${say.replace("{when}", day)}</p>`;
  return html.replace(main, () => main + notice);
}
