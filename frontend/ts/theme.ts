const YEAR = 31536000;

/** Switches at once what the form would switch by a round trip; the server reads the same cookie. */
export function theme(form: HTMLElement): void {
  form.addEventListener("submit", (event) => {
    const chosen = (event as SubmitEvent).submitter as HTMLButtonElement | null;
    if (!chosen?.value) return;
    event.preventDefault();
    document.documentElement.dataset["theme"] = chosen.value;
    const secure = location.protocol === "https:" ? "; secure" : "";
    document.cookie = `theme=${chosen.value}; path=/; max-age=${YEAR}; samesite=lax${secure}`;
    const background = getComputedStyle(document.documentElement).backgroundColor;
    for (const meta of document.querySelectorAll<HTMLMetaElement>('meta[name="theme-color"]')) meta.content = background;
    form.querySelector<HTMLElement>(`button:not([value="${chosen.value}"])`)?.focus();
  });
}
