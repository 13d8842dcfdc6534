import type { Part, Report, Told } from "./export/report";

const PATIENCE = 20_000; // milliseconds; 5 MB take a phone two or three seconds

export type Preview = { parts: Promise<Part[]>; stop: () => void };

/** Has a worker look into the files, and pack what of them is sent. `told` gets its report, or null where the browser
 *  cannot do it: then the files are sent as they are, and the server leaves out the same. */
export function startPreview(files: File[], { address, told }: { address: string; told: (report: Report | null) => void }): Preview {
  const worker = new Worker(address, { type: "module" });
  let patience = 0;
  const stop = () => {
    clearTimeout(patience);
    worker.terminate();
  };
  const parts = new Promise<Part[]>((resolve) => {
    const giveUp = () => {
      stop();
      told(null);
      resolve(files.map((file) => ({ name: file.name, content: file })));
    };
    patience = setTimeout(giveUp, PATIENCE);
    worker.onerror = (event) => {
      event.preventDefault();
      giveUp();
    };
    worker.onmessage = ({ data }: MessageEvent<Told>) => {
      if ("report" in data) return told(data.report);
      stop();
      resolve(data.parts);
    };
    worker.postMessage(files);
  });
  return { parts, stop };
}
