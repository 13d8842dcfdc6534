import { ask, type Asked, forgetEarly, Unreachable } from "./ask";
import { morph } from "./morph";

let pending: Asked | null = null;

/** Draws the page at its present address again, unless a person is already on the way to another. */
export async function refresh(): Promise<void> {
  if (pending) return;
  forgetEarly(); // from before what there is to draw now
  await become(location.href);
}

/** Fetches an address of this site and morphs the page into it; a later call overtakes an earlier one.
 *  Resolves to false when it was overtaken, and rejects when there is no page to be had. */
export async function become(address: string): Promise<boolean> {
  const mine = ask(address);
  if (pending !== mine) pending?.controller.abort();
  pending = mine;
  try {
    const next = await mine.page;
    if (pending !== mine) return false;
    morph(next);
    return true;
  } catch (error) {
    if (pending !== mine || mine.controller.signal.aborted) return false;
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
