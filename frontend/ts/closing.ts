/** What opens over the page closes on Escape and when one turns elsewhere, and what opened it has the focus again. */
export function closing(details: HTMLElement): void {
  if (!(details instanceof HTMLDetailsElement)) return;
  const refocus = (): void => details.querySelector("summary")?.focus({ preventScroll: true });
  const turn = ({ type, target }: Event): void => {
    if (!details.open || details.contains(target as Node)) return;
    details.open = false;
    // A press on nothing that takes the focus has taken it from what is closed.
    const keep = (): void => void (document.activeElement === document.body && refocus());
    if (type === "pointerdown") addEventListener("click", keep, { once: true });
  };
  for (const turning of ["pointerdown", "focusin", "pagehide"]) addEventListener(turning, turn);
  addEventListener("keydown", ({ key }) => {
    if (key !== "Escape" || !details.open) return;
    details.open = false;
    refocus();
  });
}
