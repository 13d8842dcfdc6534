const NAMES = ".film-name, .row-name, .chip-label";

/** Shows what a mark of a chart says to a screen reader to those who point at it, too; and the names of posters, and those that are cut, whole. */
export function tooltips(page: HTMLElement): void {
  const tip = document.body.appendChild(document.createElement("div"));
  tip.className = "tooltip";
  tip.ariaHidden = "true";
  tip.hidden = true;

  page.addEventListener("pointerover", ({ target, pointerType }) => pointerType !== "touch" && point(target));
  page.addEventListener("focusin", ({ target }) => point((target as Element).matches(":focus-visible") ? target : null));
  page.addEventListener("focusout", hide);
  page.addEventListener("pointerleave", hide);
  addEventListener("scroll", hide, { passive: true, capture: true });
  addEventListener("keydown", ({ key }) => key === "Escape" && hide());

  function point(target: EventTarget | null): void {
    const link = (target as Element | null)?.closest("a, .film-row");
    const named = link?.closest("svg a[aria-label]") ?? link?.querySelector(":scope > .poster-art");
    const mark = named ?? [...(link?.querySelectorAll(NAMES) ?? [])].find(isCut);
    if (!mark) return hide();
    tip.textContent = mark.getAttribute("aria-label") ?? mark.textContent;
    tip.hidden = false;
    // The bar, not the tall area that makes it easy to hit.
    const box = (mark.querySelector(".bar") ?? mark).getBoundingClientRect();
    const half = tip.offsetWidth / 2 + 8;
    const x = Math.min(Math.max(box.x + box.width / 2, half), document.documentElement.clientWidth - half);
    const above = box.y - tip.offsetHeight - 8;
    tip.style.translate = `calc(${x}px - 50%) ${above > 4 ? above : box.bottom + 8}px`;
  }

  function hide(): void {
    tip.hidden = true;
  }
}

function isCut({ scrollWidth, clientWidth, scrollHeight, clientHeight }: Element): boolean {
  return scrollWidth > clientWidth || scrollHeight > clientHeight + 2;
}
