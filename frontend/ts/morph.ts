import { Idiomorph } from "idiomorph";
import { stopAt } from "./roving-tabindex";

/** Told to the document after each morph, and once more when what was out of sight has followed. */
export const MORPHED = "morphed";

type Pair = readonly [old: HTMLElement, fresh: HTMLElement];

// Cards out of sight that are still those of the page before.
let behind: Pair[] = [];
addEventListener("beforeprint", () => behind.splice(0).forEach(exchange));

/** Morphs the page into the next: what is seen at once, cards out of sight one by one after the frame that shows it. */
export function morph(next: Document): void {
  const main = document.querySelector("main");
  const fresh = next.querySelector("main");
  if (!main || !fresh) throw new Error("not a page of ours");
  const focused = document.activeElement;
  const name = focused && nameOf(focused);
  document.title = next.title;
  const unseen = cardsOutOfSight(main, focused);
  behind = []; // these are compared with the newest page by their hashes
  Idiomorph.morph(main, fresh, {
    morphStyle: "outerHTML",
    // It leaves out the children of whatever has the focus, too: a link would keep its old words.
    ignoreActiveValue: focused instanceof HTMLInputElement || focused instanceof HTMLSelectElement,
    callbacks: {
      beforeNodeMorphed: (old, fresh) => {
        if (isSame(old, fresh)) return false;
        if (!unseen.has(old)) return true;
        behind.push([old as HTMLElement, fresh as HTMLElement]);
        return false;
      },
      beforeAttributeUpdated,
    },
  });
  document.dispatchEvent(new Event(MORPHED));
  if (focused?.isConnected) stopAt(focused);
  if (focused && name && focused !== document.body && !(focused.isConnected && nameOf(focused) === name)) refocus(focused, name);
  const pairs = behind;
  requestAnimationFrame(() => setTimeout(() => follow(pairs))); // in a tab that nobody sees, once it is seen
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
  Idiomorph.morph(old, fresh, { morphStyle: "outerHTML", callbacks: { beforeAttributeUpdated } });
}

function cardsOutOfSight(main: Element, focused: Element | null): Set<Node> {
  const margin = innerHeight / 4;
  const cards = [...main.querySelectorAll<HTMLElement>("[data-hash]")];
  return new Set(
    cards.filter((card) => {
      const { top, bottom } = card.getBoundingClientRect();
      return (bottom < -margin || top > innerHeight + margin) && !card.contains(focused);
    }),
  );
}

/** What a person has opened stays open. */
function beforeAttributeUpdated(name: string, element: Element): boolean {
  return !(name === "open" && element instanceof HTMLDetailsElement);
}

function isSame(old: Node, fresh: Node): boolean {
  if (!(old instanceof HTMLElement && fresh instanceof HTMLElement)) return false;
  const hash = old.dataset["hash"];
  return hash === undefined ? old.isEqualNode(fresh) : hash === fresh.dataset["hash"];
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
