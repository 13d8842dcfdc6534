const behaviors: Record<string, (element: HTMLElement) => void> = {};

for (const element of document.querySelectorAll<HTMLElement>("[data-behavior]")) {
  for (const name of (element.dataset.behavior ?? "").split(" ")) behaviors[name]?.(element);
}
