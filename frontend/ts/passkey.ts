import { queryPart } from "./query-part";

/** Has the browser make or use a passkey, and goes where the server says. The form is shown only where the browser lends
 *  passkeys to pages, at the one address that they belong to; elsewhere it is said where that is. */
export function passkey(element: HTMLElement): void {
  const form = element as HTMLFormElement;
  const say = form.dataset;
  if (!("credentials" in navigator) || typeof PublicKeyCredential === "undefined") {
    if (location.origin !== say["origin"]) sayWhere(say["origin"] ?? "");
    return;
  }
  if (location.origin !== say["origin"]) return sayWhere(say["origin"] ?? "");
  form.hidden = false;
  const [button, error] = [form.querySelector("button")!, queryPart(form, "error")];
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    button.disabled = true;
    error.hidden = true;
    try {
      const asked = await send(say["asks"] ?? "");
      const credential = await (say["makes"] ? make(asked) : use(asked));
      const { to } = await send(say["answers"] ?? "", { credential, back: say["back"], name: new FormData(form).get("name") ?? "" });
      go(to);
    } catch (failure) {
      error.textContent = explain(failure);
      error.hidden = false;
      button.disabled = false;
      button.focus();
    }
  });

  function explain(failure: unknown): string {
    if (failure instanceof Refused) return failure.message;
    if (failure instanceof DOMException) return (failure.name === "InvalidStateError" ? say["sayHave"] : say["sayNone"]) ?? "";
    return say["sayAway"] ?? "";
  }
}

/** What the server says in a sentence. */
class Refused extends Error {}

function sayWhere(origin: string): void {
  for (const place of document.querySelectorAll<HTMLElement>("[data-passkeys-at]")) place.hidden = place.dataset["passkeysAt"] !== origin;
}

async function send(address: string, body: object = {}): Promise<any> {
  const answer = await fetch(address, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  const told = await answer.json();
  if (!answer.ok) throw new Refused(told.error);
  return told;
}

async function make(asked: any): Promise<object> {
  const publicKey = {
    ...asked,
    challenge: bytes(asked.challenge),
    user: { ...asked.user, id: bytes(asked.user.id) },
    excludeCredentials: named(asked.excludeCredentials),
  };
  const made = (await navigator.credentials.create({ publicKey })) as PublicKeyCredential;
  const response = made.response as AuthenticatorAttestationResponse;
  return told(made, {
    clientDataJSON: text(response.clientDataJSON),
    attestationObject: text(response.attestationObject),
  });
}

async function use(asked: any): Promise<object> {
  const publicKey = { ...asked, challenge: bytes(asked.challenge), allowCredentials: named(asked.allowCredentials) };
  const used = (await navigator.credentials.get({ publicKey })) as PublicKeyCredential;
  const response = used.response as AuthenticatorAssertionResponse;
  return told(used, {
    clientDataJSON: text(response.clientDataJSON),
    authenticatorData: text(response.authenticatorData),
    signature: text(response.signature),
    userHandle: response.userHandle && text(response.userHandle),
  });
}

function told({ id, rawId, type }: PublicKeyCredential, response: object): object {
  return { id, rawId: text(rawId), type, response };
}

function named(credentials: { id: string; type: PublicKeyCredentialType }[] = []): PublicKeyCredentialDescriptor[] {
  return credentials.map(({ id, type }) => ({ id: bytes(id), type }));
}

/** Of base64url, in which bytes travel as JSON. */
function bytes(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (sign) => sign.charCodeAt(0));
}

function text(buffer: ArrayBuffer): string {
  const signs = btoa(String.fromCharCode(...new Uint8Array(buffer)));
  return signs.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** Also where only the part behind # differs, which loads nothing by itself. */
function go(to: string): void {
  const { pathname, search } = new URL(to, location.href);
  const isHere = pathname === location.pathname && search === location.search;
  location.assign(to);
  if (isHere) location.reload();
}
