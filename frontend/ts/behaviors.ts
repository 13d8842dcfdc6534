import { copy } from "./copy";
import { eras } from "./eras";
import { films } from "./films";
import { filters } from "./filters";
import { here } from "./here";
import { live } from "./live";
import { newest } from "./newest";
import { old } from "./old";
import { stops } from "./stops";
import { theme } from "./theme";
import { tips } from "./tips";
import { waiting } from "./waiting";

const BEHAVIORS: Record<string, (element: HTMLElement) => void> = {
  copy,
  eras,
  films,
  filters,
  here,
  live,
  newest,
  old,
  stops,
  theme,
  tips,
  waiting,
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
