/** Starts a scrolling box at its end: the newest day of a calendar on a phone. */
export function scrollEnd(box: HTMLElement): void {
  box.scrollLeft = box.scrollWidth;
}
