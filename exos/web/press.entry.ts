// A publisher's upload, in parts: a line that drops loses one part, and the same file goes on where it stopped, on another day too.
interface Deposit { id: string; size: number; received: number; href: string; twin?: boolean }

const api = "/api/editeur/depots";
const part = 2 << 20; // bytes
const patience = [1000, 3000, 8000]; // ms between the tries of one part

for (const form of document.querySelectorAll<HTMLFormElement>("form[data-upload]")) {
  form.addEventListener("submit", (event) => {
    const file = form.querySelector<HTMLInputElement>("input[type=file]")?.files?.[0];
    if (!file || file.size === 0) return; // the server says what is missing
    event.preventDefault();
    void upload(form, file);
  });
}

async function upload(form: HTMLFormElement, file: File): Promise<void> {
  const button = form.querySelector<HTMLButtonElement>("[data-send]")!;
  button.disabled = true;
  try {
    let at = await begun(file);
    if (at.received > 0) say(form, "resumed", at.received / at.size);
    while (at.received < at.size) {
      at = await patiently(() => sent(at, file), () => asked(at.id));
      say(form, "sending", at.received / at.size);
    }
    say(form, "examining", 1);
    const done = await (await call(`${api}/${at.id}/fin`, { method: "POST" })).json() as Deposit;
    localStorage.removeItem(key(file));
    location.assign(done.href);
  } catch (trouble) {
    button.disabled = false;
    if (trouble instanceof Refused && trouble.status !== 409) {
      say(form, "", 0, trouble.message);
      return;
    }
    button.textContent = word("resume");
    say(form, "cut");
  }
}

/** By what the browser knows that a file was begun here before. */
const key = (file: File): string => `exos.upload.${file.name}.${file.size}.${file.lastModified}`;

async function begun(file: File): Promise<Deposit> {
  const before = localStorage.getItem(key(file));
  if (before) {
    try {
      const at = await asked(before);
      if (at.size === file.size) return at;
    } catch (trouble) {
      if (!(trouble instanceof Refused)) throw trouble;
    }
  }
  const answer = await call(api, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ name: file.name, size: file.size }) });
  const at = await answer.json() as Deposit;
  localStorage.setItem(key(file), at.id);
  return at;
}

async function asked(id: string): Promise<Deposit> {
  return await (await call(`${api}/${id}`, {})).json() as Deposit;
}

async function sent(at: Deposit, file: File): Promise<Deposit> {
  const body = file.slice(at.received, at.received + part);
  return await (await call(`${api}/${at.id}`, { method: "PATCH", headers: { "Upload-Offset": String(at.received) }, body })).json() as Deposit;
}

/** Does a thing, and after a failure asks where we are and does it again from there. */
async function patiently(act: () => Promise<Deposit>, where: () => Promise<Deposit>): Promise<Deposit> {
  for (const wait of patience) {
    try {
      return await act();
    } catch (trouble) {
      if (trouble instanceof Refused) {
        if (trouble.status === 409) return where();
        if (trouble.status < 500) throw trouble;
      }
      await new Promise((resolve) => { setTimeout(resolve, wait); });
    }
  }
  return act();
}

class Refused extends Error {
  constructor(readonly status: number, text: string) { super(text); }
}

async function call(address: string, init: RequestInit): Promise<Response> {
  const answer = await fetch(address, { ...init, headers: { Accept: "application/json", ...init.headers } });
  if (answer.ok) return answer;
  const problem = await answer.json().catch(() => ({})) as { detail?: string; title?: string };
  throw new Refused(answer.status, problem.detail ?? problem.title ?? String(answer.status));
}

function say(form: HTMLFormElement, name: string, share?: number, text?: string): void {
  const box = form.querySelector<HTMLElement>("[data-progress]")!;
  box.hidden = false;
  if (share !== undefined) box.querySelector("progress")!.value = share;
  const percent = share === undefined ? "" : new Intl.NumberFormat(document.documentElement.lang, { style: "percent" }).format(share);
  box.querySelector("[data-said]")!.textContent = text ?? word(name).replace("{percent}", percent);
}

function word(name: string): string {
  return document.querySelector<HTMLTemplateElement>("template[data-upload-words]")?.content.querySelector(`[data-word=${name}]`)?.textContent ?? "";
}
