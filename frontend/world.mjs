// Draws the countries of npm's world-atlas (Natural Earth, 1:110m) once, as SVG paths, into charts/world.json:
// {"width": 640, "height": …, "paths": {alpha2: path}}; and into img/world.svg, which browsers keep, so that a page only
// has to name the countries it shows. The results are committed; run this again only to redraw them.
import { readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { feature } from "topojson-client";

const WIDTH = 640; // about a pixel a unit where the map is shown: finer would only be heavier
const CENTRE = 11; // degrees east: the map then splits in the Bering strait, where no country is cut
const TINY = 1; // square units: smaller islands are dropped where a country has larger ones

// The atlas numbers its countries (ISO 3166-1), TMDB names them by two letters.
const ALPHA2 = new Map(
  `
  004AF 008AL 012DZ 024AO 031AZ 032AR 036AU 040AT 044BS 050BD 051AM 056BE 064BT 068BO 070BA 072BW 076BR 084BZ
  090SB 096BN 100BG 104MM 108BI 112BY 116KH 120CM 124CA 140CF 144LK 148TD 152CL 156CN 158TW 170CO 178CG 180CD
  188CR 191HR 192CU 196CY 203CZ 204BJ 208DK 214DO 218EC 222SV 226GQ 231ET 232ER 233EE 238FK 242FJ 246FI 250FR
  260TF 262DJ 266GA 268GE 270GM 275PS 276DE 288GH 300GR 304GL 320GT 324GN 328GY 332HT 340HN 348HU 352IS 356IN
  360ID 364IR 368IQ 372IE 376IL 380IT 384CI 388JM 392JP 398KZ 400JO 404KE 408KP 410KR 414KW 417KG 418LA 422LB
  426LS 428LV 430LR 434LY 440LT 442LU 450MG 454MW 458MY 466ML 478MR 484MX 496MN 498MD 499ME 504MA 508MZ 512OM
  516NA 524NP 528NL 540NC 548VU 554NZ 558NI 562NE 566NG 578NO 586PK 591PA 598PG 600PY 604PE 608PH 616PL 620PT
  624GW 626TL 630PR 634QA 642RO 643RU 646RW 682SA 686SN 688RS 694SL 703SK 704VN 705SI 706SO 710ZA 716ZW 724ES
  728SS 729SD 732EH 740SR 748SZ 752SE 756CH 760SY 762TJ 764TH 768TG 780TT 784AE 788TN 792TR 795TM 800UG 804UA
  807MK 818EG 826GB 834TZ 840US 854BF 858UY 860UZ 862VE 887YE 894ZM
  `
    .trim()
    .split(/\s+/)
    .map((entry) => [entry.slice(0, 3), entry.slice(3)]),
);
// Without a number in the atlas: Kosovo has a code by custom, the others belong to the country whose code films carry.
const UNNUMBERED = { Kosovo: "XK", "N. Cyprus": "CY", Somaliland: "SO" };
const ANTARCTICA = "010";

// The Equal Earth projection: Šavrič, Patterson and Jenny 2018, DOI 10.1080/13658816.2018.1504949.
const [A1, A2, A3, A4] = [1.340264, -0.081106, 0.000893, 0.003796];
function project([longitude, latitude]) {
  const lambda = ((longitude - CENTRE) * Math.PI) / 180;
  const theta = Math.asin((Math.sqrt(3) / 2) * Math.sin((latitude * Math.PI) / 180));
  const t2 = theta ** 2;
  const t6 = t2 ** 3;
  const slope = A1 + 3 * A2 * t2 + t6 * (7 * A3 + 9 * A4 * t2);
  return [(2 * lambda * Math.cos(theta)) / (Math.sqrt(3) * slope), -theta * (A1 + A2 * t2 + t6 * (A3 + A4 * t2))];
}

// A ring that crosses the date line jumps from +180 to -180; its western end is moved on by one turn.
function unwrap(ring) {
  const crosses = ring.some(([x]) => x > 170) && ring.some(([x]) => x < -170);
  return crosses ? ring.map(([x, y]) => [x < 0 ? x + 360 : x, y]) : ring;
}

function area(ring) {
  return Math.abs(ring.reduce((sum, [x, y], i) => {
    const [x2, y2] = ring[(i + 1) % ring.length];
    return sum + x * y2 - x2 * y;
  }, 0)) / 2;
}

// "M12 34l5-6-7 8z": whole units, each step relative to the last; points that fall together, or between two others on a
// straight line, are left out. Neighbours round alike, so borders still meet.
function path(ring) {
  const points = ring.map((point) => point.map(Math.round));
  const steps = [];
  for (let i = 1; i < points.length - 1; i++) {
    const step = [points[i][0] - points[i - 1][0], points[i][1] - points[i - 1][1]];
    const last = steps.at(-1);
    if (step[0] === 0 && step[1] === 0) continue;
    const straight = last && last[0] * step[1] === last[1] * step[0] && last[0] * step[0] + last[1] * step[1] > 0;
    if (straight) steps[steps.length - 1] = [last[0] + step[0], last[1] + step[1]];
    else steps.push(step);
  }
  if (steps.length === 0) steps.push([1, 0], [0, 1]);
  const numbers = steps.flat();
  const line = numbers.map((n, i) => (n < 0 || i === 0 ? `${n}` : ` ${n}`)).join("");
  return `M${points[0].join(" ")}l${line}z`;
}

const require = createRequire(import.meta.url);
const atlas = JSON.parse(await readFile(require.resolve("world-atlas/countries-110m.json"), "utf8"));
const countries = feature(atlas, atlas.objects.countries).features.filter(({ id }) => id !== ANTARCTICA);

const drawn = countries.map(({ id, properties, geometry }) => {
  const polygons = geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates;
  return [id ? ALPHA2.get(id) : UNNUMBERED[properties.name], polygons.flat().map((ring) => unwrap(ring).map(project))];
});
const points = drawn.flatMap(([, rings]) => rings.flat());
const [left, right] = [Math.min(...points.map(([x]) => x)), Math.max(...points.map(([x]) => x))];
const [top, bottom] = [Math.min(...points.map(([, y]) => y)), Math.max(...points.map(([, y]) => y))];
const scale = WIDTH / (right - left);

const paths = {};
for (const [alpha2, rings] of drawn.sort(([a], [b]) => a.localeCompare(b))) {
  const placed = rings
    .map((ring) => ring.map(([x, y]) => [(x - left) * scale, (y - top) * scale]))
    .sort((a, b) => area(b) - area(a))
    .filter((ring, i) => i === 0 || area(ring) > TINY);
  paths[alpha2] = (paths[alpha2] ?? "") + placed.map(path).join("");
}
const world = { width: WIDTH, height: Math.ceil((bottom - top) * scale), paths };
await writeFile(new URL("../src/kinograph/charts/world.json", import.meta.url), `${JSON.stringify(world, null, 1)}\n`);

const outlines = Object.entries(paths).map(([alpha2, d]) => `<path id="${alpha2}" d="${d}"/>`);
await writeFile(
  new URL("img/world.svg", import.meta.url),
  `<svg xmlns="http://www.w3.org/2000/svg"><g id="world">\n${outlines.join("\n")}\n</g></svg>\n`,
);
