import { refresh } from "./page";

const AGAIN = 5000;

/** On a page as it was: looks every few seconds whether there is one of today. */
export function stalePage(notice: HTMLElement): void {
  setTimeout(async () => {
    if (navigator.onLine && !document.hidden) await refresh().catch(() => {});
    if (notice.isConnected) stalePage(notice);
  }, AGAIN);
}
