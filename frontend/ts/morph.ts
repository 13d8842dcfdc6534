import { findChanges } from "./changes";
import { stopAt } from "./roving-tabindex";

/** Told to the document after each morph, and once more when what was out of sight has followed. */
export const MORPHED = "morphed";

type Pair = readonly [old: HTMLElement, fresh: HTMLElement];

/** How the page becomes the next, as long as it is as it was when that was found. */
type Way = { next: Document; changes: (() => void)[]; unseen: Pair[]; from: number };

// What is out of sight and still of the page before.
let behind: Pair[] = [];
addEventListener("beforeprint", () => behind.splice(0).forEach(exchange));

let ready: Way | null = null;
const watcher = new MutationObserver(forget);

/** Finds now what a morph into this page will change: a click that follows has but to do it. */
export function prepare(next: Document): void {
  const main = document.querySelector("main");
  if (!main || behind.length) return;
  ready = findWay(next);
  watcher.observe(main, { subtree: true, childList: true, characterData: true, attributes: true });
}

/** What was found for this page, if the page seen is as it was. */
function takeReady(next: Document): Way | null {
  forget(watcher.takeRecords());
  watcher.disconnect();
  const way = ready;
  ready = null;
  return way?.next === next && way.from === scrollY ? way : null;
}

/** Any change but of where Tab leads to makes what was found worthless. */
function forget(changes: MutationRecord[]): void {
  if (changes.some(({ attributeName }) => attributeName !== "tabindex")) ready = null;
}

function findWay(next: Document): Way {
  const main = document.querySelector("main");
  const fresh = next.querySelector("main");
  if (!main || !fresh) throw new Error("not a page of ours");
  const hidden = partsOutOfSight(main);
  const unseen: Pair[] = [];
  const changes = findChanges(main, fresh, (old, fresh) => {
    if (!(old instanceof HTMLElement && fresh instanceof HTMLElement)) return false;
    if (old.dataset["hash"] && old.dataset["hash"] === fresh.dataset["hash"]) return true;
    if (hidden.has(old)) unseen.push([old, fresh]);
    return hidden.has(old);
  });
  return { next, changes, unseen, from: scrollY };
}

/** Morphs the page into the next: what is seen at once, cards and posters out of sight one by one after the frame that shows it. */
export function morph(next: Document): void {
  const { changes, unseen } = takeReady(next) ?? findWay(next);
  const focused = document.activeElement;
  const name = focused && nameOf(focused);
  document.title = next.title;
  for (const change of changes) change();
  behind = unseen; // those of the page before are compared with the newest by their hashes
  document.dispatchEvent(new Event(MORPHED));
  if (focused?.isConnected) stopAt(focused);
  if (focused && name && focused !== document.body && !(focused.isConnected && nameOf(focused) === name)) refocus(focused, name);
  afterFrame(() => follow(unseen));
}

/** Once the next frame is painted; in a tab that nobody sees, once it is seen. */
export function afterFrame(task: () => void): void {
  requestAnimationFrame(() => setTimeout(task));
}

/** One card a task, so that a person is never waited for; ends where a newer page has come. */
function follow(pairs: Pair[]): void {
  if (pairs !== behind) return;
  const pair = pairs.shift();
  if (!pair) return void document.dispatchEvent(new Event(MORPHED));
  exchange(pair);
  setTimeout(() => follow(pairs));
}

function exchange([old, fresh]: Pair): void {
  if (!old.isConnected) return;
  if (!old.querySelector("details[open]") && !old.contains(document.activeElement)) return old.replaceWith(fresh);
  for (const change of findChanges(old, fresh)) change();
}

/** Of the cards and the wall of posters. */
function partsOutOfSight(main: Element): Set<Node> {
  const cards = [...main.querySelectorAll<HTMLElement>("[data-hash], #posters")];
  return new Set(
    cards.filter((card) => {
      const { top, bottom } = card.getBoundingClientRect();
      return (bottom < 0 || top > innerHeight) && !card.contains(document.activeElement);
    }),
  );
}

/** The element that had the focus is gone, or has become another: its namesake gets it, else the headline for one gone. */
function refocus(lost: Element, name: string): void {
  const links = document.querySelectorAll<HTMLElement | SVGAElement>("main a, main button, main summary");
  const namesake = [...links].find((link) => nameOf(link) === name);
  if (namesake) namesake.focus({ preventScroll: true });
  else if (!lost.isConnected) document.querySelector<HTMLElement>("#headline")?.focus({ preventScroll: true });
}

/** Where an element stands, and its key there; without one its words, which numbers among them may change. */
function nameOf(element: Element): string {
  const key = (element as HTMLElement | SVGElement).dataset["key"];
  return `${element.closest("[id]")?.id ?? ""} ${key ?? element.ariaLabel ?? element.textContent.trim()}`;
}
