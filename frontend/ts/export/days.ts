import { day_columns, letterboxd_began, limits } from "../../../src/kinograph/sessions/export_format.json";
import type { Table } from "./table";
import { Unusable } from "./zip";

const MONTHS = ["january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"];
const WEEKDAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
const FILLERS = ["of", "the", "st", "nd", "rd", "th", "at"];

const TIME =
  /(?:[ T,]+)\d{1,2}:\d\d(?::\d\d(?:[.,]\d{1,9})?)?(?: ?[AaPp]\.?[Mm]\.?)?(?: ?(?:Z|UTC|GMT|[+-]\d\d:?\d\d))?$/;
const ISO = /^(\d{4})-(\d\d)-(\d\d)$/;
const YEAR_FIRST = /^(\d{4})([/.-]) ?(\d{1,2})\2 ?(\d{1,2})\.?$/;
const YEAR_LAST = /^(\d{1,2})([/.-]) ?(\d{1,2})\2 ?(\d{4}|\d\d)$/;
const YEAR_FIRST_SHORT = /^(\d\d)([/-])(\d\d)\2(\d\d)$/;
const EAST_ASIAN = /^(\d{4})[年년] ?(\d{1,2})[月월] ?(\d{1,2})[日일]$/;

/** A cell as a day with the day first, the month first and the year first, each empty where that is none. */
type Readings = readonly [string, string, string];
const ORDERS = [0, 1, 2] as const;
type Order = (typeof ORDERS)[number];

/** What reads the days of a table, written 2024-12-31: by the rules of sessions/days.py, as far as the numbers of this very
 *  file tell. For all that the server judges by more than them it throws Unusable("tried"). */
export function dayReader({ columns, width, rows }: Table): (cell: string) => string {
  let order: Order | undefined | null = null; // not looked for yet
  return (cell) => {
    if (!cell) return "";
    const readings = readingsOf(cell);
    const [only = ""] = readings.filter(Boolean);
    if (!only) throw new Unusable("tried");
    if (!isUnclear(readings)) return only;
    if (order === null) order = orderOf();
    const day = order === undefined ? "" : readings[order];
    if (!day) throw new Unusable("tried");
    return day;
  };

  /** The one order in which all days of the file can be read. */
  function orderOf(): Order | undefined {
    const tomorrow = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);
    let orders: Order[] = [...ORDERS];
    for (const cells of rows) {
      if (cells.length !== width) continue;
      for (const name of day_columns) {
        const first = name === "Date" ? letterboxd_began : ""; // nothing was logged before
        const readings = readingsOf(cells[columns.get(name) ?? width] ?? "");
        let possible = ORDERS.filter((order) => readings[order]);
        if (readings[2] && isUnclear(readings)) {
          const likely = possible.filter((order) => first <= readings[order] && readings[order] <= tomorrow);
          if (likely.length) possible = likely;
        }
        if (possible.length) orders = orders.filter((order) => possible.includes(order));
      }
    }
    return orders.length === 1 ? orders[0] : undefined;
  }
}

function readingsOf(cell: string): Readings {
  if (ISO.test(cell)) {
    const [year = "", month = "", day = ""] = cell.split("-");
    return same(dayOf(year, month, day));
  }
  if (cell.length > limits.day_length) return same("");
  cell = cell.trim().replace(TIME, "");
  const [, year, , month, day] = YEAR_FIRST.exec(cell) ?? [];
  if (year) return same(dayOf(year, month!, day!));
  const [, eastern, ofYear, ofMonth] = EAST_ASIAN.exec(cell) ?? [];
  if (eastern) return same(dayOf(eastern, ofYear!, ofMonth!));
  const [, first, sign, second, last] = YEAR_LAST.exec(cell) ?? [];
  if (!first) return same(inWords(cell));
  const dayFirst = dayOf(last!, second!, first);
  if (sign === ".") return same(dayFirst); // nowhere do people write the month first and dots behind it
  const isShort = YEAR_FIRST_SHORT.test(cell);
  return [dayFirst, dayOf(last!, first, second!), isShort ? dayOf(first, second!, last!) : ""];
}

/** A day with the English name of its month; those of other languages are the server's to know. */
function inWords(cell: string): string {
  if (!/^[\x20-\x7e]*$/.test(cell) || /[^\w\s.,/-]|_/.test(cell)) return "";
  const words = cell.toLowerCase().match(/\d+|[a-z]+/g) ?? [];
  const numbers = words.filter((word) => /^\d/.test(word));
  const names = words.filter((word) => !/^\d/.test(word) && !FILLERS.includes(word) && !isNamed(word, WEEKDAYS));
  const [name = ""] = names;
  const month = MONTHS.findIndex((known) => known === name || known.slice(0, 3) === name || (known === "september" && name === "sept"));
  if (words.length > 8 || numbers.length !== 2 || names.length !== 1 || month < 0) return "";
  const [day = "", year = ""] = numbers[0]!.length === 4 ? numbers.reverse() : numbers;
  return day.length > 2 || ![2, 4].includes(year.length) ? "" : dayOf(year, String(month + 1), day);
}

function isNamed(word: string, names: string[]): boolean {
  return names.some((name) => name === word || name.slice(0, 3) === word);
}

function same(day: string): Readings {
  return [day, day, day];
}

function isUnclear(readings: Readings): boolean {
  return new Set(readings.filter(Boolean)).size > 1;
}

/** Of two digits the latest year that has come. */
function dayOf(year: string, month: string, day: string): string {
  let number = Number(year);
  if (year.length === 2) {
    number += 2000;
    if (number > new Date().getFullYear() + 1) number -= 100;
  }
  if (number < limits.first_year || number > limits.last_year) return "";
  const written = `${number}-${month.padStart(2, "0")}-${day.padStart(2, "0")}`;
  const date = new Date(written);
  return !Number.isNaN(+date) && date.toISOString().startsWith(written) ? written : "";
}
