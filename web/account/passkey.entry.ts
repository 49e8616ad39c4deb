// Passkeys: a form that is shown where the browser has them. It asks us for the question, the browser for an answer, and posts that.
const show = (form: HTMLFormElement, text = "") => {
  const said = form.querySelector<HTMLElement>("[role=status]");
  if (said) said.textContent = text;
};

async function answer(form: HTMLFormElement): Promise<string> {
  const asked = await fetch(form.dataset["ask"] ?? "", {
    method: "POST", headers: { Accept: "application/json" }, body: new URLSearchParams([...new FormData(form)].map(([k, v]) => [k, String(v)])),
  });
  const told = await asked.json();
  if (!asked.ok) throw new Error(told.detail ?? "");
  const key = form.dataset["passkey"] === "make"
    ? await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(told.publicKey) })
    : await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(told.publicKey) });
  return JSON.stringify(key);
}

async function go(form: HTMLFormElement) {
  const button = form.querySelector("button");
  if (!button || button.disabled) return;
  button.disabled = true;
  show(form, form.dataset["wait"]);
  try {
    form.querySelector<HTMLInputElement>("[name=reponse]")!.value = await answer(form);
    form.submit();
  } catch (e) {
    const ours = e instanceof Error && !(e instanceof DOMException) && !(e instanceof TypeError) ? e.message : "";
    show(form, ours || (e instanceof DOMException && e.name === "InvalidStateError" ? form.dataset["had"] : form.dataset["failed"]));
    button.disabled = false;
  }
}

if (window.isSecureContext && typeof PublicKeyCredential !== "undefined" && "parseCreationOptionsFromJSON" in PublicKeyCredential) {
  for (const form of document.querySelectorAll<HTMLFormElement>("form[data-passkey]")) {
    form.hidden = false;
    form.addEventListener("submit", (e) => { e.preventDefault(); void go(form); });
  }
  for (const e of document.querySelectorAll<HTMLElement>("[data-no-passkey]")) e.hidden = true;
}
