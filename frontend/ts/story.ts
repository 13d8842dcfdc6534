import { MORPHED } from "./morph";

/** Arrow keys, Home, End and taps at the sides lead from slide to slide; the line above says which is seen. */
export function story(element: HTMLElement): void {
  const strip = element.querySelector<HTMLElement>(".story-slides");
  if (!strip) return;
  const slides = () => [...strip.children] as HTMLElement[];
  const middle = (slide: HTMLElement) => slide.offsetLeft + slide.offsetWidth / 2;

  function current(): number {
    const center = strip!.scrollLeft + strip!.clientWidth / 2;
    const distances = slides().map((slide) => Math.abs(middle(slide) - center));
    return distances.indexOf(Math.min(...distances));
  }

  /** To the next one it glides, where the page may move at all; farther it cuts. */
  function show(n: number): void {
    const slide = slides()[n];
    const behavior = Math.abs(n - current()) > 1 ? "instant" : "auto";
    if (slide) strip!.scrollTo({ left: middle(slide) - strip!.clientWidth / 2, behavior });
  }

  function mark(): void {
    const n = current();
    const links = element.querySelectorAll(".story-progress a");
    for (const [i, link] of [...links].entries()) {
      if (i === n) link.setAttribute("aria-current", "step");
      else link.removeAttribute("aria-current");
      link.classList.toggle("is-lit", i <= n);
    }
  }

  let waiting = false;
  strip.addEventListener("scroll", () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      mark();
    });
  });
  element.querySelector(".story-progress")?.addEventListener("click", (event) => {
    const link = (event.target as Element).closest("a");
    const n = slides().findIndex((slide) => slide.id === link?.hash.slice(1));
    if (n < 0) return;
    event.preventDefault();
    show(n);
  });
  strip.addEventListener("click", (event) => {
    const frame = (event.target as Element).closest(".story-frame");
    const slide = frame?.closest("li");
    if (!frame || !slide) return;
    const n = slides().indexOf(slide);
    if (n !== current()) return show(n);
    const { left, width } = frame.getBoundingClientRect();
    show(event.clientX < left + width / 3 ? n - 1 : n + 1);
  });
  document.addEventListener("keydown", (event) => {
    if (!strip.isConnected || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if ((event.target as Element).closest("input, select, textarea, summary")) return;
    const last = slides().length - 1;
    const to = { ArrowLeft: current() - 1, ArrowRight: current() + 1, Home: 0, End: last }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    show(Math.min(Math.max(to, 0), last));
  });
  document.addEventListener(MORPHED, mark); // what the server drew says the first
  mark();
}
