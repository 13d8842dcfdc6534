import { go } from "./filters";

const A_DRAG = 6; // pixels; less is a click

type Slot = { year: string; left: number; right: number };

/** Drags the film gate over the strip of release years: its data-strip is the address, with FROM and TO in the places of
 *  the years. Fingers scroll instead, and keyboards have the decades. */
export function yearRange(page: HTMLElement): void {
  page.addEventListener("pointerdown", (event) => {
    const strip = (event.target as Element).closest<SVGSVGElement>("svg[data-strip]");
    if (strip && event.pointerType !== "touch" && !event.button) drag(strip, event.clientX);
  });
  page.addEventListener("dragstart", (event) => {
    if ((event.target as Element).closest("[data-strip]")) event.preventDefault(); // a link is not to be carried away
  });
}

function drag(strip: SVGSVGElement, start: number): void {
  const stop = new AbortController();
  const { left, width } = strip.getBoundingClientRect();
  const slots = slotsOf(strip);
  let gate: SVGRectElement | null = null;
  let framed: Slot[] = [];

  addEventListener("pointermove", move, stop);
  addEventListener("pointerup", end, stop);
  addEventListener("pointercancel", leave, stop);
  addEventListener("keydown", ({ key }) => key === "Escape" && leave(), stop);

  function move({ clientX }: PointerEvent): void {
    if (!gate && Math.abs(clientX - start) < A_DRAG) return;
    gate ??= newGate(strip);
    const [from, to] = [Math.min(clientX, start), Math.max(clientX, start)].map((x) => ((x - left) / width) * 100);
    framed = slots.filter((slot) => slot.right > from! && slot.left < to!);
    const [first, last] = [framed[0], framed.at(-1)];
    gate.setAttribute("x", `${first?.left ?? from}%`);
    gate.setAttribute("width", `${first && last ? last.right - first.left : to! - from!}%`);
  }

  function end(): void {
    if (!gate) return stop.abort();
    swallowClick();
    const [first, last] = [framed[0], framed.at(-1)];
    leave();
    if (first && last) void go((strip.dataset["strip"] ?? "").replace("FROM", first.year).replace("TO", last.year));
  }

  function leave(): void {
    gate?.remove();
    stop.abort();
  }
}

/** The click that ends a drag is none. */
function swallowClick(): void {
  const stop = new AbortController();
  const swallow = (event: Event) => {
    event.preventDefault();
    event.stopPropagation();
  };
  addEventListener("click", swallow, { capture: true, signal: stop.signal });
  setTimeout(() => stop.abort());
}

/** Where each year with films lies, in percent. */
function slotsOf(strip: SVGSVGElement): Slot[] {
  const slots: Slot[] = [];
  for (const link of strip.querySelectorAll<SVGAElement>("a[data-year]")) {
    const area = link.querySelector("rect")!;
    const left = parseFloat(area.getAttribute("x") ?? "0");
    slots.push({ year: link.dataset["year"]!, left, right: left + parseFloat(area.getAttribute("width") ?? "0") });
  }
  return slots;
}

function newGate(strip: SVGSVGElement): SVGRectElement {
  const gate = document.createElementNS("http://www.w3.org/2000/svg", "rect");
  const film = strip.querySelector(".film")?.getAttribute("height") ?? "100%";
  for (const [name, value] of Object.entries({ class: "gate", y: "1", height: film, rx: "4" })) gate.setAttribute(name, value);
  gate.style.transition = "none"; // it follows the hand
  return strip.appendChild(gate);
}
