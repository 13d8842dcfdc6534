/** Who fills a field that belongs to a choice has chosen it: `viewed.year` is of `year`, other fields of `days`. */
export function ticks(form: HTMLElement): void {
  form.addEventListener("input", ({ target }) => {
    if (!(target instanceof HTMLInputElement || target instanceof HTMLSelectElement)) return;
    const [name, part] = target.name.split(".");
    const value = part === "year" ? "year" : "days";
    const choice = part && form.querySelector<HTMLInputElement>(`input[name="${name}"][value="${value}"]`);
    if (choice) choice.checked = true;
    // What is ticked is what is meant; without a script a field that says something else than before counts as ticked.
    for (const was of form.querySelectorAll('[name$=".was"]')) was.remove();
  });
}
