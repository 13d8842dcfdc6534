type Change = () => void;
type Keeps = (old: Element, fresh: Element) => boolean;

/** What makes one element what the server drew next, found in one walk through both: children become those in their
 *  places, marks of a chart those of their keys, so that shapes move there and what has the focus keeps it. Each change
 *  is for the elements as they are now; new ones come out of the fresh element. What `keeps` says yes to stays, with all
 *  that is in it; so do what is being typed in, and what a person has opened. */
export function findChanges(old: Element, fresh: Element, keeps: Keeps = () => false, changes: Change[] = []): Change[] {
  if (keeps(old, fresh)) return changes;
  copyAttributes(old, fresh, changes);
  if (old === document.activeElement && old.matches("input, select, textarea")) return changes;
  copyState(old, fresh, changes);
  const isOfKind = old instanceof SVGElement && old.childElementCount === fresh.childElementCount ? isOfName : isOfClass;
  const marks = marksOf(old);
  let place = old.firstChild;
  const leaveOut = (child: ChildNode): ChildNode | null => {
    changes.push(() => child.remove());
    marks.delete(keyOf(child));
    return child.nextSibling;
  };
  for (const next of fresh.childNodes) {
    const key = keyOf(next);
    const child = key ? (marks.get(key) ?? null) : find(place, next, isOfKind);
    if (!child) {
      const before = place;
      changes.push(() => old.insertBefore(next, before));
      continue;
    }
    while (place && place !== child) place = leaveOut(place);
    place = child.nextSibling;
    marks.delete(key);
    if (child instanceof Element) {
      if (!child.isEqualNode(next)) findChanges(child, next as Element, keeps, changes);
    } else if (child.nodeValue !== next.nodeValue) changes.push(() => (child.nodeValue = next.nodeValue));
  }
  while (place) place = leaveOut(place);
  return changes;
}

function marksOf(element: Element): Map<string, ChildNode> {
  return new Map(element instanceof SVGElement ? [...element.children].map((mark) => [keyOf(mark), mark]) : []);
}

function keyOf(node: Node): string {
  return (node instanceof SVGElement && node.getAttribute("data-key")) || "";
}

/** The first of these children that may become the other; words only in their place, and no mark that has a key. */
function find(place: ChildNode | null, next: ChildNode, isOfKind: typeof isOfName): ChildNode | null {
  if (!(next instanceof Element)) return place?.nodeType === next.nodeType ? place : null;
  for (let child = place; child && !keyOf(child); child = child.nextSibling) {
    if (child instanceof Element && isOfKind(child, next)) return child;
  }
  return null;
}

function isOfName(old: Element, next: Element): boolean {
  return old.tagName === next.tagName && old.id === next.id;
}

function isOfClass(old: Element, next: Element): boolean {
  return isOfName(old, next) && old.classList[0] === next.classList[0];
}

function copyAttributes(old: Element, fresh: Element, changes: Change[]): void {
  for (const name of fresh.getAttributeNames()) {
    const value = fresh.getAttribute(name) ?? "";
    if (old.getAttribute(name) !== value && !isOpening(old, name)) changes.push(() => old.setAttribute(name, value));
  }
  for (const name of old.getAttributeNames()) {
    if (!fresh.hasAttribute(name) && !isOpening(old, name)) changes.push(() => old.removeAttribute(name));
  }
}

function isOpening(element: Element, name: string): boolean {
  return name === "open" && element instanceof HTMLDetailsElement;
}

/** What a person has set is no attribute. */
function copyState(old: Element, fresh: Element, changes: Change[]): void {
  if (old instanceof HTMLInputElement && fresh instanceof HTMLInputElement && old.type !== "file") {
    if (old.value !== fresh.value) changes.push(() => (old.value = fresh.value));
    if (old.checked !== fresh.checked) changes.push(() => (old.checked = fresh.checked));
  } else if (old instanceof HTMLOptionElement && fresh instanceof HTMLOptionElement) {
    if (old.selected !== fresh.selected) changes.push(() => (old.selected = fresh.selected));
  }
}
