import { refresh } from "./page";

const POLL = 1000;
const REDRAW = 3000;

type Status = {
  version?: string | number;
  total_movies: number;
  enriched_count: number;
  unmatched_count: number;
  failed_count: number;
  rate: number | null;
  progress_percent: number;
};

/** While films are looked up, says every second how far that is, and redraws the page at most every three when it has changed. */
export function live(page: HTMLElement): void {
  let redrawn = performance.now();
  let misses = 0;

  async function poll(): Promise<void> {
    if (page.dataset["live"] === undefined || !page.isConnected) return;
    if (!document.hidden) {
      try {
        await look();
        misses = 0;
      } catch {
        misses = Math.min(misses + 1, 5); // the server restarts, or the lid was closed
      }
    }
    setTimeout(() => void poll(), POLL * 2 ** misses);
  }

  async function look(): Promise<void> {
    const answer = await fetch(page.dataset["status"] ?? "", { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(String(answer.status));
    const status = (await answer.json()) as Status;
    move(page, status);
    if (String(status.version ?? settled(status)) === page.dataset["version"]) return;
    if (performance.now() - redrawn < REDRAW) return;
    await refresh();
    redrawn = performance.now();
  }

  void poll();
}

function settled(status: Status): number {
  return status.enriched_count + status.unmatched_count + status.failed_count;
}

function move(page: HTMLElement, status: Status): void {
  const count = page.querySelector('[data-part="settled"]');
  if (count) count.textContent = written(settled(status));
  page.querySelector('[data-part="run"]')?.setAttribute("width", `${status.progress_percent}%`);
  page.querySelector('[data-part="bar"]')?.setAttribute("aria-valuenow", String(Math.round(status.progress_percent)));
  tell(page, "rate", "say", status.rate);
  tell(page, "unmatched", "say", status.unmatched_count || null);
  const left = status.rate ? Math.ceil((status.total_movies - settled(status)) / status.rate) : null;
  if (left === null || left < 90) tell(page, "left", "saySeconds", left);
  else tell(page, "left", "sayMinutes", left / 60);
}

/** Says a number in the part's own words, or nothing. */
function tell(page: HTMLElement, name: string, say: string, n: number | null): void {
  const place = page.querySelector<HTMLElement>(`[data-part="${name}"]`);
  if (!place) return;
  place.hidden = n === null;
  place.textContent = n === null ? "" : (place.dataset[say] ?? "").replace("{n}", written(n));
}

/** In whole numbers, but for what these would call none: 0.4 films a second. */
function written(n: number): string {
  return n.toLocaleString(document.documentElement.lang, { maximumFractionDigits: n < 0.5 ? 1 : 0 });
}
