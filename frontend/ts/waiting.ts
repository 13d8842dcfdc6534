import { refresh } from "./page";

const AGAIN = 1000;

/** While TMDB is asked for something the page shows, draws the page again every second. */
export function waiting(page: HTMLElement): void {
  let misses = 0;

  async function look(): Promise<void> {
    if (page.dataset["waiting"] === undefined || !page.isConnected) return;
    try {
      await refresh();
      misses = 0;
    } catch {
      misses = Math.min(misses + 1, 5);
    }
    setTimeout(() => void look(), AGAIN * 2 ** misses);
  }

  setTimeout(() => void look(), AGAIN);
}
