/** Scrolls a bar of pages to the one that is open. */
export function scrollToCurrent(bar: HTMLElement): void {
  const open = bar.querySelector<HTMLElement>("[aria-current]");
  if (open) bar.scrollLeft = open.offsetLeft + (open.offsetWidth - bar.clientWidth) / 2;
}
