const PAUSE = 600;
let timer = 0;

/** Has the browser lay out and paint what is seen first, and all the rest once nothing has changed for a while. */
export function deferOffscreen(): void {
  document.documentElement.classList.remove("shows-offscreen");
  clearTimeout(timer);
  timer = setTimeout(() => document.documentElement.classList.add("shows-offscreen"), PAUSE);
}
