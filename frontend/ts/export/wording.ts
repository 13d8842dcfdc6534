import { limits } from "../../../src/kinograph/sessions/export_format.json";

/** A file's name as it may stand in a sentence: printable and not endless. */
export function displayName(name: string): string {
  const signs = [...name].filter((sign) => sign === " " || !/[\p{C}\p{Z}]/u.test(sign));
  return signs.length <= limits.name_length ? signs.join("") : `${signs.slice(0, limits.name_length - 1).join("")}…`;
}

/** The first names, and that there are more. */
export function some(names: string[]): string {
  const most = limits.names_listed;
  const shown = names.slice(0, most).map(displayName).join(", ");
  return names.length > most ? `${shown}, …` : shown;
}
