import { afterFrame } from "./morph";

// Not the moves of a pointer: browsers invent one where a page is laid out under a mouse.
const USES = ["pointerdown", "click", "keydown", "focusin", "input", "change", "submit", "dragover"];
const LATEST = 500; // milliseconds: in a tab that nobody sees no frame is painted

/** Does what need not be seen once the document is whole, after the frame that shows the page, but before whatever somebody does with it first. */
export function oncePainted(task: () => void): void {
  if (document.readyState === "loading") return addEventListener("DOMContentLoaded", () => oncePainted(task), { once: true });
  const uses = new AbortController();
  const begin = (): void => {
    if (uses.signal.aborted) return;
    uses.abort();
    clearTimeout(latest);
    task();
  };
  const latest = setTimeout(begin, LATEST);
  for (const use of USES) addEventListener(use, begin, { capture: true, signal: uses.signal });
  afterFrame(() => setTimeout(begin)); // what else waits for that frame goes first
}
