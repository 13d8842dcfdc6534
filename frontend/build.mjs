// Bundles the script, the style and the pictures into the package's static folder, each under a name that holds its hash,
// and writes manifest.json: {"main.js": "main.HASH.js", …}.
import { copyFile, mkdir, readdir, rename, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = fileURLToPath(new URL(".", import.meta.url));
const target = join(here, "../src/kinograph/static");
const fresh = `${target}.fresh`;

await rm(fresh, { recursive: true, force: true });
await mkdir(fresh, { recursive: true });

const pictures = (await readdir(join(here, "img"))).map((name) => join(here, "img", name));
const { metafile } = await build({
  absWorkingDir: here,
  // The preview is a worker, fetched when somebody has files to look into; sw is the one that /sw.js leads to.
  entryPoints: [
    ...["ts/main.ts", "ts/start.ts", "ts/preview.ts", "ts/offline.ts", "ts/sw/sw.ts", "css/main.css"].map((path) => join(here, path)),
    ...pictures,
  ],
  outdir: fresh,
  entryNames: "[name].[hash]",
  assetNames: "[name].[hash]",
  bundle: true,
  minify: true,
  charset: "utf8",
  format: "esm",
  target: ["es2022", "chrome120", "firefox121", "safari17.2"],
  loader: { ".woff2": "file", ".svg": "copy", ".png": "copy", ".ico": "copy" },
  metafile: true,
  logLevel: "warning",
});

const manifest = {};
for (const path of Object.keys(metafile.outputs).sort()) {
  const hashed = basename(path);
  manifest[hashed.replace(/\.[0-9A-Z]{8}(?=\.\w+$)/, "")] = hashed;
}
await writeFile(join(fresh, "manifest.json"), `${JSON.stringify(manifest, null, 2)}\n`);

// Each asks to go where its work goes.
for (const work of ["@fontsource-variable/big-shoulders", "@fontsource-variable/instrument-sans", "fflate", "papaparse", "world-atlas"]) {
  await copyFile(join(here, "node_modules", work, "LICENSE"), join(fresh, `${basename(work)}.LICENSE.txt`));
}

// One rename each, so that a running server is without its files for an instant only.
await rm(target, { recursive: true, force: true });
await rename(fresh, target);
