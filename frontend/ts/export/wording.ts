const LONGEST_NAME = 80;

/** A file's name as it may stand in a sentence: printable and not endless. */
export function displayName(name: string): string {
  const signs = [...name].filter((sign) => sign === " " || !/[\p{C}\p{Z}]/u.test(sign));
  return signs.length <= LONGEST_NAME ? signs.join("") : `${signs.slice(0, LONGEST_NAME - 1).join("")}…`;
}

/** The first names, and that there are more. */
export function some(names: string[], most = 5): string {
  const shown = names.slice(0, most).map(displayName).join(", ");
  return names.length > most ? `${shown}, …` : shown;
}
