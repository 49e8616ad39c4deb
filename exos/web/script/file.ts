// Files as answers. A file is handed in as soon as it is chosen, and the answer names it: so that a draft, a reload or another tab
// keep it. What could not be handed in stays in its field, and is tried again with « Valider ».
import { word } from "./words";

interface Receipt { word?: string; name?: string; href?: string; text?: string }

/** Hands a file in. The sentence of a refusal is the server's; without a network there is none. */
export async function handIn(form: HTMLFormElement, response: string, file: Blob, name: string): Promise<Receipt> {
  const body = new FormData();
  body.append("attempt", (form.elements.namedItem("attempt") as HTMLInputElement).value);
  body.append("response", response);
  body.append("file", file, name);
  let answer: Response;
  try {
    answer = await fetch(`${form.getAttribute("action")!}/fichiers`, { method: "POST", body, headers: { Accept: "application/json" } });
  } catch {
    return { text: word("file.kept") };
  }
  try {
    const said = (await answer.json()) as Receipt & { message?: string };
    return said.word || said.text ? said : { text: said.message ?? word("file.kept") };
  } catch {
    return { text: word("file.kept") };
  }
}

/** Adds a file to those of an answer; where one alone is taken, it takes the place of the other. */
export function listFile(form: HTMLFormElement, response: string, receipt: Receipt, alone: boolean): void {
  const list = form.querySelector(`[data-handed="${CSS.escape(response)}"]`)!;
  if (alone) list.replaceChildren();
  if ([...list.querySelectorAll("input")].some((i) => i.value === receipt.word)) return;
  const item = document.createElement("li");
  const label = document.createElement("label");
  label.className = "box";
  const box = document.createElement("input");
  Object.assign(box, { type: "checkbox", name: `r.${response}`, value: receipt.word!, checked: true });
  const span = document.createElement("span");
  span.textContent = receipt.name!;
  label.append(box, span);
  item.append(label);
  if (receipt.href && receipt.word!.split(" ")[1]!.startsWith("image/")) {
    const picture = new Image();
    picture.className = "handed-picture";
    picture.alt = word("file.picture", { name: receipt.name! });
    picture.src = receipt.href;
    item.append(picture);
  }
  list.append(item);
}

/** Hands in what the form's fields hold. It returns the sentence of what went wrong, "" where all is there. */
export async function handInAll(form: HTMLFormElement): Promise<string> {
  for (const field of form.querySelectorAll<HTMLInputElement>("input[type=file][data-file]")) {
    for (const file of field.files ?? []) {
      if (file.size > Number(field.dataset["most"])) return word("file.large", { name: file.name });
      const receipt = await handIn(form, field.dataset["file"]!, file, file.name);
      if (!receipt.word) return receipt.text!;
      listFile(form, field.dataset["file"]!, receipt, !field.multiple);
    }
    field.value = "";
  }
  return "";
}

/** Lists the files of a draft again: their names are in it. */
export function relist(form: HTMLFormElement, response: string, words: string[]): void {
  const list = form.querySelector(`[data-handed="${CSS.escape(response)}"]`);
  if (!list) return;
  const attempt = (form.elements.namedItem("attempt") as HTMLInputElement).value;
  for (const w of words) {
    const [hash, , ...name] = w.split(" ");
    listFile(form, response, { word: w, name: name.join(" "), href: `/remis/${attempt}/${hash}` }, false);
  }
}
