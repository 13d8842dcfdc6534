/** Starts a box that scrolls at the newest mark of its chart, which need not be at the end: a year may not be over. */
export function scrollToNewest(box: HTMLElement): void {
  const ends = [...box.querySelectorAll("svg > a")].map((mark) => mark.getBoundingClientRect().right);
  if (ends.length) box.scrollLeft += Math.max(...ends) - box.getBoundingClientRect().right + 24;
}
