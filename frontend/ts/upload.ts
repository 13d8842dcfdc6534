import { part } from "./parts";

/** Drag and drop over the whole page, progress in bytes, a cancel button; what went wrong is said beside the form, which
 *  keeps its files. */
export function upload(element: HTMLElement): void {
  const form = element as HTMLFormElement;
  const say = form.dataset;
  const input = form.querySelector<HTMLInputElement>("input[type=file]")!;
  const [pick, names, sending] = [part<HTMLFieldSetElement>(form, "pick"), part(form, "names"), part(form, "sending")];
  const [state, bar, error] = [part(form, "state"), part<HTMLProgressElement>(form, "bar"), part(form, "error")];
  let request: XMLHttpRequest | null = null;

  input.required = false; // the sentence beside the form says it better
  input.addEventListener("change", list);
  part(form, "cancel").addEventListener("click", () => request?.abort());
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (input.files?.length) send();
    else fail(say["sayNothing"]);
  });
  addEventListener("pageshow", ({ persisted }) => persisted && rest()); // came Back from the session's page
  acceptDrops((files) => {
    if (request) return;
    input.files = files;
    list();
    form.scrollIntoView({ block: "center" });
    send();
  });

  function list(): void {
    const files = [...(input.files ?? [])];
    names.replaceChildren(...files.map((file) => item(`${file.name} (${megabytes(file.size)})`)));
    names.hidden = !files.length;
    error.hidden = true;
  }

  function send(): void {
    request = new XMLHttpRequest();
    request.upload.onprogress = ({ loaded, total }) => {
      bar.value = loaded / total;
      const text = loaded < total ? (say["saySending"] ?? "") : (say["sayReading"] ?? "");
      state.textContent = text.replace("{sent}", megabytes(loaded)).replace("{all}", megabytes(total));
    };
    request.onload = () => arrived(request!);
    request.onerror = () => fail(say["sayOffline"]);
    request.onabort = () => fail(say["sayCancelled"]);
    request.open("POST", say["url"] ?? "");
    request.setRequestHeader("Accept", "application/json");
    request.responseType = "json";
    request.send(new FormData(form));
    pick.disabled = pick.hidden = true;
    error.hidden = true;
    bar.value = 0;
    state.textContent = say["sayReading"] ?? "";
    sending.hidden = false;
    part(form, "cancel").focus({ preventScroll: true });
  }

  function arrived({ status, response }: XMLHttpRequest): void {
    if (status === 201) location.assign(`${say["session"]}${response.session_id}`);
    else fail(response?.error ?? say["sayRefused"]);
  }

  function rest(): void {
    request = null;
    sending.hidden = true;
    pick.disabled = pick.hidden = false;
  }

  function fail(sentence: string | undefined): void {
    rest();
    error.textContent = sentence ?? "";
    error.hidden = false;
    error.focus();
  }
}

function acceptDrops(take: (files: FileList) => void): void {
  const root = document.documentElement;
  addEventListener("dragover", (event) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    root.classList.add("is-dropping");
  });
  addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) root.classList.remove("is-dropping");
  });
  addEventListener("drop", (event) => {
    root.classList.remove("is-dropping");
    if (!event.dataTransfer?.files.length) return;
    event.preventDefault();
    take(event.dataTransfer.files);
  });
}

function item(text: string): HTMLLIElement {
  const element = document.createElement("li");
  element.textContent = text;
  return element;
}

function megabytes(bytes: number): string {
  const megabytes = Math.max(bytes / 1e6, 0.1);
  return `${megabytes.toLocaleString(document.documentElement.lang, { maximumFractionDigits: megabytes < 10 ? 1 : 0 })} MB`;
}
