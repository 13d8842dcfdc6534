/** Copies the full address of data-copy, and says so on the button for a moment. */
export function copy(button: HTMLElement): void {
  const text = button.textContent;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(new URL(button.dataset["copy"] ?? "", location.href).href);
    button.textContent = button.dataset["sayCopied"] ?? text;
    setTimeout(() => (button.textContent = text), 2000);
  });
}
