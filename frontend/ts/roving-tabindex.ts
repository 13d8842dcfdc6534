// Where one Tab is enough: charts, and what is listed like one. Those within a list belong to it.
const CHARTS = "svg[role=group], .rows, .films, .compact-list, .facts, .decades, .best, .filmography, .posters > ul";
const ARROWS: Record<string, readonly [x: number, y: number]> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

type Mark = HTMLElement | SVGElement;

/** Within a chart arrows lead from mark to mark, Home and End to the first and the last; they stay links. */
export function rovingTabindex(page: HTMLElement): void {
  const keys = document.getElementById("keys");
  page.addEventListener("focusin", ({ target }) => {
    stopAt(target as Element);
    keys?.classList.toggle("is-shown", (target as Element).matches("[aria-describedby=keys] :focus-visible"));
  });
  page.addEventListener("focusout", () => keys?.classList.toggle("is-shown", false));
  page.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const mark = event.target as Mark;
    const chart = mark.closest(CHARTS);
    if (!chart || !mark.hasAttribute("tabindex")) return;
    const next = follow(event.key, mark, marksOf(chart));
    if (!next) return;
    event.preventDefault();
    next.focus();
  });
}

/** Makes each chart below `root` one stop: at the mark that has the focus, else at the picked one, else at the first. */
export function setStops(root: ParentNode): void {
  for (const chart of root.querySelectorAll(CHARTS)) {
    const marks = marksOf(chart);
    if (marks.length < 2) continue;
    const stop = marks.find((mark) => mark.ariaCurrent) ?? marks[0];
    for (const mark of marks) mark.setAttribute("tabindex", mark === stop ? "0" : "-1");
    chart.setAttribute("aria-describedby", "keys");
  }
}

/** Tab comes back to where one was. */
export function stopAt(mark: Element): void {
  const chart = mark.hasAttribute("tabindex") && mark.closest(CHARTS);
  if (!chart) return;
  // Written to whatever has the focus, it costs a layout of the page, also where nothing changes.
  for (const other of chart.querySelectorAll("a[tabindex='0']")) if (other !== mark) other.setAttribute("tabindex", "-1");
  if (mark.getAttribute("tabindex") !== "0") mark.setAttribute("tabindex", "0");
}

function marksOf(chart: Element): Mark[] {
  return [...chart.querySelectorAll<Mark>("a[href]")];
}

function follow(key: string, mark: Mark, marks: Mark[]): Mark | undefined {
  if (key === "Home") return marks[0];
  if (key === "End") return marks.at(-1);
  const arrow = ARROWS[key];
  if (!arrow) return;
  const [x, y] = arrow;
  return nearest(mark, marks, x, y) ?? marks[marks.indexOf(mark) + x + y];
}

/** The mark that lies nearest that way; what lies aside counts as farther. */
function nearest(from: Mark, marks: Mark[], x: number, y: number): Mark | undefined {
  const here = middle(from);
  let [best, least] = [undefined as Mark | undefined, Infinity];
  for (const mark of marks) {
    const there = middle(mark);
    const ahead = (there.x - here.x) * x + (there.y - here.y) * y;
    const aside = Math.abs((there.x - here.x) * y) + Math.abs((there.y - here.y) * x);
    const distance = ahead + 3 * aside;
    if (ahead > 1 && aside <= 2 * ahead && distance < least) [best, least] = [mark, distance];
  }
  return best;
}

function middle(mark: Mark): DOMPoint {
  const { x, y, width, height } = mark.getBoundingClientRect();
  return new DOMPoint(x + width / 2, y + height / 2);
}
