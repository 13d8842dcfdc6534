// What is wrong with a page as it stands in a window.

const named = (element) => `${element.tagName} ${element.className.baseVal ?? element.className}`;

/** Sticks out of the window, and is neither in a box that scrolls or clips nor within a chart, which does. */
window.tooWide = () => {
  const sticksOut = (element) => {
    const { right, width } = element.getBoundingClientRect();
    if (!width || right + scrollX <= innerWidth + 1 || element.parentElement.closest("svg")) return false;
    for (let box = element; box !== document.body; box = box.parentElement) {
      if (getComputedStyle(box).overflowX !== "visible" || box.matches(".posters")) return false;
    }
    return true;
  };
  const found = [...document.body.querySelectorAll("*")].filter(sticksOut).map(named);
  return document.documentElement.scrollWidth > innerWidth ? ["the whole page", ...found] : found;
};

/** Words under a chart that stick out of what shows them: their chart where it clips, else their card, or the window of a bleeding one. */
window.cutWords = () => {
  const boxAround = (word) => {
    const chart = word.closest(".columns");
    if (getComputedStyle(chart).overflowX !== "visible") return chart;
    return word.closest(".card-bleed") ? document.documentElement : word.closest(".card");
  };
  const isCut = (word) => {
    const [own, box] = [word, boxAround(word)].map((element) => element.getBoundingClientRect());
    return own.left < box.left - 1 || own.right > box.right + 1;
  };
  const words = [...document.querySelectorAll(".columns text")].filter((word) => word.checkVisibility() && !word.closest(".calendar-window"));
  return words.filter(isCut).map((word) => `${word.closest(".card").id}: ${word.textContent}`);
};

/** Only where things are can be asked of a page that is not painted, which costs less in each width. */
window.paint = (isPainted) => document.documentElement.style.setProperty("opacity", isPainted ? "" : "0");

/** Can have the focus, and does not get it or does not show it; after a key was pressed. */
window.unmarked = () => {
  const focusable = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']";
  const shows = (element) => {
    const { outlineStyle, outlineWidth } = getComputedStyle(element);
    return outlineStyle !== "none" && parseFloat(outlineWidth) >= 2;
  };
  const isUnmarked = (element) => {
    if (!element.checkVisibility({ visibilityProperty: true }) || element.disabled) return false;
    element.focus({ preventScroll: true });
    return document.activeElement !== element || !(shows(element) || shows(element.closest("label") ?? element));
  };
  document.querySelector(".tooltip")?.remove(); // else each focus has it laid out
  return [...document.querySelectorAll(focusable)].filter(isUnmarked).map((element) => element.outerHTML.slice(0, 120));
};

/** Leads to another site unmarked, in the same tab or with an address to tell it; or is marked so and does not. */
window.badlyMarkedLinks = () => {
  const isRight = (link) => {
    const said = link.querySelector(".external-icon + .visually-hidden")?.textContent ?? "";
    // This machine has two names; passkeys work at one of them.
    if (link.origin.replace("localhost", "127.0.0.1") === location.origin) return !said && !link.target;
    return said.includes("opens") && link.target === "_blank" && link.rel === "noopener noreferrer";
  };
  return [...document.querySelectorAll("a[href]:not(svg a)")].filter((link) => !isRight(link)).map((link) => link.outerHTML.slice(0, 160));
};

/** Where something can be seen: what is folded at the foot of a card does not fill it. */
const endOf = (box) => {
  const shows = (element) =>
    element.matches("svg, img, input, button") || [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
  const bottoms = [...box.querySelectorAll("*")]
    .filter((element) => shows(element) && !element.closest(".card-table, .visually-hidden, .skip") && element.checkVisibility())
    .map((element) => element.getBoundingClientRect().bottom);
  return Math.max(box.getBoundingClientRect().top, ...bottoms);
};

/** Ends far above what stands beside it: cards of one row, and the lists of one card. */
window.halfEmpty = () => {
  const isBeside = (one, other) => ["top", "bottom"].every((side) => Math.abs(one[side] - other[side]) < 2);
  const boxes = [...document.querySelectorAll(".cards > .card, .card .card-pair > *")];
  const emptyRoom = (box) => {
    const own = box.getBoundingClientRect();
    const row = boxes.filter((other) => other.parentElement === box.parentElement && isBeside(own, other.getBoundingClientRect()));
    return Math.max(...row.map(endOf)) - endOf(box);
  };
  const isHalfEmpty = (box) => emptyRoom(box) > Math.max(120, 0.35 * box.closest(".card").offsetHeight);
  return boxes.filter(isHalfEmpty).map((box) => `${box.closest(".card").id} ends ${Math.round(emptyRoom(box))} px above its row`);
};

/** Names whose end cannot be read. */
window.cutNames = () =>
  [...document.querySelectorAll(".row-name, .film-name")]
    .filter((name) => name.scrollWidth > name.clientWidth + 1 || name.scrollHeight > name.clientHeight + 2)
    .map((name) => name.textContent);

window.moving = () => {
  const moves = ({ transitionDuration, animationName, animationDuration }) =>
    /[1-9]/.test(transitionDuration) || (animationName !== "none" && /[1-9]/.test(animationDuration));
  const isMoving = (element) => [null, "::before", "::after"].some((part) => moves(getComputedStyle(element, part)));
  return [...document.querySelectorAll("*")].filter(isMoving).map(named);
};

window.COLORS_AND_ROOM = ["color-contrast", "link-in-text-block", "scrollable-region-focusable"];

/** By these rules, else by all that axe applies by itself. */
window.violations = async (rules) => {
  const found = await axe.run(document, { resultTypes: ["violations"], preload: false, ...(rules && { runOnly: rules }) });
  return found.violations.flatMap((rule) => rule.nodes.map((node) => `${rule.id}: ${node.target.join(" ")}`));
};

/** Leaves three posters drawn: they are alike whatever is drawn, it never sticks out, and axe says nothing of it. */
window.erasePosters = () => [...document.querySelectorAll("svg.poster-art")].slice(3).forEach((art) => art.replaceChildren());

/** Leaves three of what stands beside each other and is made alike: what is wrong with one is wrong with a thousand.
 * Drawn posters are alike whatever is drawn, of which axe says nothing but that they have a name. */
window.thin = () => {
  const made = (element) => {
    if (element.matches("svg.poster-art")) return "poster";
    const names = [...element.attributes].map(({ name, value }) => (name === "class" ? value : name));
    const seen = new Map();
    for (const child of [...element.children]) {
      const kind = made(child);
      seen.set(kind, (seen.get(kind) ?? 0) + 1);
      if (seen.get(kind) > 3) child.remove();
    }
    return `${element.tagName}(${names})[${[...seen.keys()]}]`;
  };
  made(document.body);
};

window.reachable = () =>
  [...document.querySelectorAll("a[href], button, input:not([type=hidden]), select, summary, [tabindex='0']")].filter(
    (element) => element.tabIndex >= 0 && element.checkVisibility({ visibilityProperty: true }) && !element.closest("details:not([open]) > div"),
  );

/** What has the focus: its key, as numbers among its words change with what is picked. */
window.focusedName = () => {
  const { activeElement: element } = document;
  return element.dataset.key ?? element.tagName;
};

// What is not seen yet is looked at, too.
addEventListener("DOMContentLoaded", () => {
  const all = new CSSStyleSheet();
  all.replaceSync(".card { content-visibility: visible !important }");
  document.adoptedStyleSheets.push(all);
});
