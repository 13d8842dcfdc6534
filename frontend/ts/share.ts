/** Shares the picture of data-file where the browser can share files; elsewhere the button stays hidden. */
export function share(button: HTMLElement): void {
  const name = button.dataset["name"] ?? "kinograph.png";
  if (!navigator.canShare?.({ files: [new File([], name, { type: "image/png" })] })) return;
  button.hidden = false;
  button.addEventListener("click", async () => {
    const answer = await fetch(button.dataset["file"] ?? "");
    if (!answer.ok) return;
    const file = new File([await answer.blob()], name, { type: "image/png" });
    // Whoever closes the sheet has not failed.
    await navigator.share({ files: [file] }).catch(() => undefined);
  });
}
