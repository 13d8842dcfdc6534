/** What is used of Papa Parse; its own types on npm bring all of Node's along. */
declare module "papaparse" {
  export function parse<Row>(
    text: string,
    settings: { delimiter: string; newline?: "\n"; preview?: number },
  ): { data: Row[]; errors: { type: string }[] };
}
