import { Idiomorph } from "idiomorph";
import { deferOffscreen } from "./defer-offscreen";
import { setStops, stopAt } from "./roving-tabindex";

/** Told to the document after each morph. */
export const MORPHED = "morphed";

let pending: AbortController | null = null;

/** There is no network, and nothing is kept of that address. */
class Unreachable extends Error {}

/** Draws the page at its present address again, unless a person is already on the way to another. */
export async function refresh(): Promise<void> {
  if (!pending) await become(location.href);
}

/** Fetches an address of this site and morphs the page into it; a later call overtakes an earlier one.
 *  Resolves to false when it was overtaken, and rejects when there is no page to be had. */
export async function become(address: string): Promise<boolean> {
  pending?.abort();
  const mine = (pending = new AbortController());
  const { signal } = mine;
  try {
    const answer = await fetch(address, { signal, headers: { Accept: "text/html" } }).catch(() => {
      throw new Unreachable();
    });
    if (!answer.ok) throw new Error(String(answer.status));
    const next = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (signal.aborted) return false;
    morph(next);
    return true;
  } catch (error) {
    if (signal.aborted) return false;
    throw error;
  } finally {
    if (pending === mine) pending = null;
  }
}

/** After `become` has failed: stays here and says so where nobody answers, else lets the browser show what there is. */
export function giveUp(error: unknown, address: string): void {
  if (!(error instanceof Unreachable)) return location.assign(address);
  announce(document.querySelector<HTMLElement>("#announcer")?.dataset["sayNotKept"], "toast");
}

/** Tells a screen reader; as a slip everybody, until there is something else to tell. */
export function announce(text: string | null | undefined, look = "visually-hidden"): void {
  const announcer = document.querySelector("#announcer");
  if (!announcer) return;
  announcer.className = look;
  announcer.textContent = text ?? "";
}

function morph(next: Document): void {
  const main = document.querySelector("main");
  const fresh = next.querySelector("main");
  if (!main || !fresh) throw new Error("not a page of ours");
  const focused = document.activeElement;
  const name = focused && nameOf(focused);
  document.title = next.title;
  deferOffscreen();
  setStops(fresh);
  Idiomorph.morph(main, fresh, {
    morphStyle: "outerHTML",
    // It leaves out the children of whatever has the focus, too: a link would keep its old words.
    ignoreActiveValue: focused instanceof HTMLInputElement || focused instanceof HTMLSelectElement,
    callbacks: {
      beforeNodeMorphed: (old, fresh) => !isSame(old, fresh),
      // What a person has opened stays open.
      beforeAttributeUpdated: (name, element) => !(name === "open" && element instanceof HTMLDetailsElement),
    },
  });
  document.dispatchEvent(new Event(MORPHED));
  if (focused?.isConnected) stopAt(focused);
  if (focused && name && focused !== document.body && !(focused.isConnected && nameOf(focused) === name)) refocus(focused, name);
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
