import { afterFrame, prepare } from "./morph";
import { setStops } from "./roving-tabindex";
import { type Seen } from "./sw/names";

// As long as the server itself answers from one count of the session's films.
const HOLDS = 1000;

/** There is no network, and nothing is kept of that address. */
export class Unreachable extends Error {}

/** A page on its way, and then here, parsed. */
export type Asked = { address: string; since: number; controller: AbortController; page: Promise<Document> };

let early: Asked | null = null;

/** The page at an address: as it was asked for a moment ago, else of now. */
export function ask(address: string): Asked {
  const asked = isGood(address) ? early : null;
  forgetEarly(asked);
  if (!asked) return begin(address, {});
  afterFrame(() => navigator.serviceWorker?.controller?.postMessage({ seen: address } satisfies Seen));
  return asked;
}

/** Asks for a page that a person is about to go to; one at a time. */
export function askEarly(address: string): void {
  if (isGood(address)) return;
  forgetEarly();
  const mine = (early = begin(address, { Purpose: "prefetch" }));
  mine.page.then(
    (page) => early === mine && prepare(page),
    () => early === mine && (early = null), // it is asked for again, and then told
  );
}

/** Lets go of what was asked for early, unless it is wanted now. */
export function forgetEarly(wanted: Asked | null = null): void {
  if (early !== wanted) early?.controller.abort();
  early = null;
}

function isGood(address: string): boolean {
  return early?.address === address && performance.now() - early.since < HOLDS;
}

function begin(address: string, headers: Record<string, string>): Asked {
  const controller = new AbortController();
  return { address, since: performance.now(), controller, page: load(address, headers, controller.signal) };
}

async function load(address: string, headers: Record<string, string>, signal: AbortSignal): Promise<Document> {
  const answer = await fetch(address, { signal, headers: { Accept: "text/html", ...headers } }).catch(() => {
    throw new Unreachable();
  });
  if (!answer.ok) throw new Error(String(answer.status));
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  setStops(page.body);
  return page;
}
