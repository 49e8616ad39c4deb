// Signing out of a device that pupils share. What is not sent never goes: the locker stays for it, closed, until it is sent.
import { unsent } from "./acts";
import { self } from "./db";
import { sweepDrafts } from "./drafts";
import { sign } from "./key";
import { changeLocker, dropFarewell, dropLocker, farewells, here, putFarewell } from "./locker";
import { clearAll, post } from "./server";

/** Takes the open locker's content off the device, and the locker with it where nothing waits in it. Reports whether it is gone. */
export async function leave(): Promise<boolean> {
  await clearAll();
  await sweepDrafts();
  await changeLocker(here()!.id, { left: true });
  return gone();
}

/** Takes a locker away that was left, once nothing waits in it. */
export async function gone(): Promise<boolean> {
  if (!here()?.left || await unsent() > 0) return false;
  const me = await self();
  if (me) await putFarewell({ device: me.device, ...await sign(me.key, "request", { device: me.device }) });
  await dropLocker(here()!);
  await sayFarewells();
  return true;
}

/** Tells the server which devices were left; without a network it is told another time. */
export async function sayFarewells(): Promise<void> {
  for (const { device, text, signature } of await farewells()) if (await post("/depart", { text, signature }) !== "later") await dropFarewell(device);
}
