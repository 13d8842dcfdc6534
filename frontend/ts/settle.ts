const REST = 600;
let resting = 0;

/** Has the browser lay out and paint what is seen first, and all the rest once nothing has changed for a while. */
export function settle(): void {
  document.documentElement.classList.remove("is-settled");
  clearTimeout(resting);
  resting = setTimeout(() => document.documentElement.classList.add("is-settled"), REST);
}
