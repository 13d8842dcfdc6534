const DEEPEST = 3; // the export's own folders, in its own, in one it was put into
const MOST_FILES = 2000;

/** Takes files that are dropped anywhere on the page; a file in a folder has its path for a name. */
export function acceptDrops(take: (files: File[]) => void): void {
  const root = document.documentElement;
  let entered: EventTarget | null = null;
  addEventListener("dragover", (event) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    root.classList.add("is-dropping");
  });
  // What is entered says so before what is left: whatever is left last is the window.
  addEventListener("dragenter", ({ target }) => (entered = target));
  addEventListener("dragleave", ({ target }) => {
    if (target === entered) root.classList.remove("is-dropping");
  });
  addEventListener("drop", async (event) => {
    root.classList.remove("is-dropping");
    const items = [...(event.dataTransfer?.items ?? [])].filter(({ kind }) => kind === "file");
    if (!items.length) return;
    event.preventDefault();
    take((await Promise.all(items.map(filesOf))).flat());
  });
}

async function filesOf(item: DataTransferItem): Promise<File[]> {
  const [entry, file] = [item.webkitGetAsEntry(), item.getAsFile()]; // they are gone once anything has been waited for
  if (entry?.isDirectory) return filesIn(entry as FileSystemDirectoryEntry, DEEPEST);
  return file ? [file] : [];
}

/** The tables in a folder: a browser may have unpacked the ZIP, and whatever else lies there is not wanted. */
async function filesIn(folder: FileSystemDirectoryEntry, depth: number): Promise<File[]> {
  const reader = folder.createReader();
  const files: File[] = [];
  while (files.length < MOST_FILES) {
    const entries = await new Promise<FileSystemEntry[]>((resolve) => reader.readEntries(resolve, () => resolve([])));
    if (!entries.length) break;
    for (const entry of entries) {
      if (entry.isDirectory && depth > 1) files.push(...(await filesIn(entry as FileSystemDirectoryEntry, depth - 1)));
      else if (/\.csv$/i.test(entry.name)) files.push(...(await fileAt(entry as FileSystemFileEntry)));
    }
  }
  return files;
}

function fileAt(entry: FileSystemFileEntry): Promise<File[]> {
  const named = (file: File) => new File([file], entry.fullPath.slice(1), { lastModified: file.lastModified });
  return new Promise((resolve) => entry.file((file) => resolve([named(file)]), () => resolve([])));
}
