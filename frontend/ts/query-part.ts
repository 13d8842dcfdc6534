/** The element marked data-part="name" below `root`; the template must have it. */
export function queryPart<T extends Element = HTMLElement>(root: ParentNode, name: string): T {
  const found = root.querySelector<T>(`[data-part="${name}"]`);
  if (!found) throw new Error(`no part "${name}"`);
  return found;
}
