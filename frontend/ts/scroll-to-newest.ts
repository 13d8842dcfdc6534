/** Starts a box that scrolls at the newest mark of its chart, the last, which need not be at the end: a year may not be
 *  over. Where it is out of sight nothing of its card has been laid out, nor is until it comes near. */
export function scrollToNewest(box: HTMLElement): void {
  const card = box.closest(".card") ?? box;
  if (card.getBoundingClientRect().top < innerHeight) return scroll(box);
  const near = new IntersectionObserver((entries) => {
    if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
    near.disconnect();
    scroll(box);
  }, { rootMargin: "100%" });
  near.observe(card);
}

function scroll(box: HTMLElement): void {
  const end = box.querySelector("svg > a:last-of-type")?.getBoundingClientRect().right;
  if (end !== undefined) box.scrollLeft += end - box.getBoundingClientRect().right + 24;
}
