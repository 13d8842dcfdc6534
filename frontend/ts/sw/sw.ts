// Stands between the pages and the network, so that what was seen last can be read offline. Pages are always asked of the
// network first. The API, every form and every other host are left alone: TMDB's pictures too, for an answer that may not
// be looked into is charged with megabytes, and the drawing beneath each stays.
import { file, isHashed, offline, prepare, prune } from "./files";
import { type Seen } from "./names";
import { forget, isKept, note, sessionOf, stalePage, texts } from "./pages";

// What was last asked for before a click, which may come while the answer is on its way.
let early: { address: string; answer: Promise<Response> } | null = null;
let clicked = "";

declare const self: ServiceWorkerGlobalScope;

self.addEventListener("install", (event) => event.waitUntil(prepare().then(() => self.skipWaiting())));
self.addEventListener("activate", (event) => event.waitUntil(begin()));
self.addEventListener("message", (event) => event.waitUntil(join(event.source as WindowClient)));

self.addEventListener("fetch", (event) => {
  const { method, mode, url, headers } = event.request;
  const { origin, pathname } = new URL(url);
  if (origin !== self.location.origin || pathname.startsWith("/api/")) return;
  if (method !== "GET") {
    const session = pathname.endsWith("/delete") && sessionOf(url);
    if (session) event.waitUntil(forget(session));
  } else if (isHashed(pathname)) event.respondWith(file(event));
  else if (mode === "navigate" || headers.get("Accept") === "text/html") event.respondWith(page(event));
});

self.addEventListener("message", (event) => {
  const { seen } = event.data as Seen;
  if (early?.address !== seen) clicked = seen; // it may overtake the question
  else event.waitUntil(early.answer.then((answer) => note(seen, answer)));
});

async function begin(): Promise<void> {
  await self.registration.navigationPreload?.enable(); // or pages would wait for the worker to start
  await self.clients.claim();
  await Promise.allSettled((await self.clients.matchAll({ type: "window" })).map(see));
  await prune(await texts());
}

/** A page that was still on its way when the worker began. */
async function join(client: WindowClient): Promise<void> {
  await self.clients.claim();
  await see(client);
}

/** Keeps a page that was opened before there was a worker: it has been seen as well. */
async function see({ url }: WindowClient): Promise<void> {
  if (isKept(url)) await note(url, await fetch(url));
}

async function page(event: FetchEvent): Promise<Response> {
  const { request } = event;
  const isEarly = request.headers.get("Purpose") === "prefetch";
  const asked = Promise.resolve(event.preloadResponse).then((answer) => answer ?? fetch(request));
  if (isEarly) {
    early = { address: request.url, answer: asked.then((answer) => answer.clone()) };
    early.answer.catch(() => {});
  }
  let answer: Response;
  try {
    answer = await asked;
  } catch {
    return (await stalePage(request.url)) ?? (request.mode === "navigate" ? offline() : Response.error());
  }
  const wasClicked = clicked === request.url;
  if (wasClicked) clicked = ""; // the next time it is asked for early may be for nothing
  if (!isEarly || wasClicked) event.waitUntil(note(request.url, answer));
  return answer;
}
