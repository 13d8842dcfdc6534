import { closing } from "./closing";
import { copy } from "./copy";
import { yearRange } from "./year-range";
import { films } from "./films";
import { filters } from "./filters";
import { live } from "./live";
import { panel, panels } from "./panel";
import { passkey } from "./passkey";
import { scrollToNewest } from "./scroll-to-newest";
import { share } from "./share";
import { shareForm } from "./share-form";
import { stalePage } from "./stale-page";
import { rovingTabindex } from "./roving-tabindex";
import { story } from "./story";
import { theme } from "./theme";
import { ticks } from "./ticks";
import { tooltips } from "./tooltips";
import { waiting } from "./waiting";

const BEHAVIORS: Record<string, (element: HTMLElement) => void> = {
  closing,
  copy,
  films,
  filters,
  live,
  panel,
  panels,
  passkey,
  share,
  theme,
  waiting,
  "roving-tabindex": rovingTabindex,
  "scroll-to-newest": scrollToNewest,
  "share-form": shareForm,
  "stale-page": stalePage,
  story,
  ticks,
  tooltips,
  "year-range": yearRange,
};

const attached = new WeakMap<Element, Set<string>>();

/** Gives each element below `root` the behaviors it names; those it has already stay as they are. */
export function attach(root: ParentNode): void {
  for (const element of root.querySelectorAll<HTMLElement>("[data-behavior]")) {
    const has = attached.get(element) ?? new Set();
    attached.set(element, has);
    for (const name of (element.dataset["behavior"] ?? "").split(" ")) {
      if (has.has(name)) continue;
      has.add(name);
      BEHAVIORS[name]?.(element);
    }
  }
}
