import { wait } from "./unit-formats";
import type { Part } from "./export/report";

export type Outcome = { session: string } | { sentence: string };

type Handlers = { moved: (loaded: number, total: number) => void; ended: (outcome: Outcome) => void };

/** Sends the files to the form's data-url; its other data attributes hold what to say when that fails. */
export function send(parts: Part[], say: DOMStringMap, { moved, ended }: Handlers): XMLHttpRequest {
  const body = new FormData();
  for (const { name, content } of parts) body.append("files", content, name);
  const request = new XMLHttpRequest();
  const fail = (sentence: string | undefined) => ended({ sentence: sentence ?? "" });
  request.upload.onprogress = ({ loaded, total }) => moved(loaded, total);
  request.onload = () => ended(outcome(request, say));
  request.onerror = () => fail(say["sayOffline"]);
  request.onabort = () => fail(say["sayCancelled"]);
  request.open("POST", say["url"] ?? "");
  request.setRequestHeader("Accept", "application/json");
  request.responseType = "json";
  request.send(body);
  return request;
}

function outcome(request: XMLHttpRequest, say: DOMStringMap): Outcome {
  const { status, response } = request;
  if (response?.session_id) return { session: response.session_id };
  if (response?.error) return { sentence: response.error };
  // Not the server's own words, but a proxy's in front of it.
  const sentence = status === 429 ? say["sayBusy"] : status >= 502 ? say["sayRestarting"] : say["sayRefused"];
  const seconds = Number(request.getResponseHeader("Retry-After"));
  const again = seconds > 0 ? (say["sayWait"] ?? "").replace("{wait}", wait(seconds)) : "";
  return { sentence: `${sentence} ${again}` };
}
