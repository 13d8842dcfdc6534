/** Copies the full address of data-copy, and says so on the button for a moment. Over plain http browsers lend no clipboard:
 *  then there is no button. */
export function copy(button: HTMLElement): void {
  if (!("clipboard" in navigator) || !navigator.clipboard) button.hidden = true;
  const words = [...button.childNodes];
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(new URL(button.dataset["copy"] ?? "", location.href).href);
    button.textContent = button.dataset["sayCopied"] ?? "";
    setTimeout(() => button.replaceChildren(...words), 2000);
  });
}
