// An operator from afar: a sign-in of their own with a telephone, the pages of operation at the broker's address, and out again.
import { comeIn, device } from "./guest.mjs";
import { end, everywhere, look, must, person, step, through, walked, world } from "./lib.mjs";

const camille = look(await person());
const main = async () => (await camille.locator("main").innerText()).replace(/\s+/g, " ");

await step("an operator comes in with a slip of the machine's, a password of their own and a telephone", async () => {
  await comeIn(camille, world.operator, { path: "/exploitation", project: "EXPLOITATION", pictures: "operator" });
  must((await main()).includes("Donner une archive"), await main());
  await everywhere(camille, "operator-deliveries");
  await walked(camille, "operator-deliveries", 12);
});

await step("every page of the menu is below their own address", async () => {
  for (const [name, path] of [["Déclarations", "declarations"], ["Courriels", "courriels"], ["Vignettes", "vignettes"]]) {
    await camille.goto(`${world.broker}/exploitation/${path}`);
    must(await camille.locator(`nav a[href="/exploitation/${path}"][aria-current]`).count() > 0, `${name} is not marked in the menu`);
    await everywhere(camille, `operator-${path}`);
  }
  await camille.goto(`${world.broker}/exploitation/mot-de-passe`);
  await everywhere(camille, "operator-own");
});

await step("an archive is handed in from afar", async () => {
  await camille.goto(`${world.broker}/exploitation`);
  await camille.setInputFiles("input[name=archive]", { name: "A70_GAR-ENT_Complet_20260902_210000_1D.tar.gz", mimeType: "application/gzip", buffer: Buffer.from("nothing") });
  await through(camille, camille.getByRole("button", { name: "Importer" }));
  must(camille.url().includes("/exploitation/livraisons/"), camille.url());
});

await step("signed out is signed out", async () => {
  await camille.goto(`${world.broker}/exploitation/declarations`);
  const signOut = camille.getByRole("button", { name: "Se déconnecter" });
  if (!await signOut.isVisible()) await camille.locator("summary", { hasText: "camille" }).click();
  await through(camille, signOut);
  must(camille.url().includes("/connexion/local/EXPLOITATION/"), camille.url());
});

await step("another operator has no telephone: a passkey lets them in, the first time and after", async () => {
  const lou = look(await person());
  await device(lou);
  await comeIn(lou, world.keyed, { path: "/exploitation", project: "EXPLOITATION", pictures: "operator-passkey", passkey: "Poste de garde" });
  await lou.goto(`${world.broker}/exploitation/declarations`);
  const signOut = lou.getByRole("button", { name: "Se déconnecter" });
  if (!await signOut.isVisible()) await lou.locator("summary", { hasText: "lou" }).click();
  await through(lou, signOut);
  await through(lou, lou.getByRole("button", { name: "Se connecter avec une clé d’accès" }));
  await lou.waitForURL(`${world.broker}/exploitation/**`);
  await lou.getByRole("heading", { level: 1, name: /Livraisons/ }).waitFor();
});

await end();
