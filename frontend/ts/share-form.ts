/** Says what a link would show as its form is filled in: "See it" without being pressed. The password stays here. */
export function shareForm(form: HTMLElement): void {
  if (!(form instanceof HTMLFormElement)) return;
  let latest = 0;

  async function see(): Promise<void> {
    const mine = ++latest;
    const body = new FormData(form as HTMLFormElement);
    if (body.get("password")) body.set("password", "*");
    body.set("do", "see");
    const answer = await fetch((form as HTMLFormElement).action, { method: "POST", body, headers: { Accept: "text/html" } });
    const next = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (mine !== latest) return;
    document.querySelector("#share-seen")?.replaceChildren(...(next.querySelector("#share-seen")?.childNodes ?? []));
    const src = next.querySelector("#share-picture")?.getAttribute("src");
    if (src) document.querySelector("#share-picture")?.setAttribute("src", src);
  }

  form.addEventListener("change", () => void see().catch(() => undefined));
}
