// How soon the first exercise can be answered, on a poor device and a poor line: four times less processor, 1.6 Mbit/s, 150 ms there
// and back, and nothing kept from before. It prints milliseconds and bytes as JSON; internal/worldtest makes a benchmark of it.
import { chromium } from "playwright-core";

const world = JSON.parse(process.env.PUPITRE_WORLD);
const times = Number(process.env.PUPITRE_TIMES ?? 5);
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--host-resolver-rules=MAP *.localhost 127.0.0.1"],
});

const first = await browser.newContext({ viewport: { width: 360, height: 740 }, locale: "fr-FR" });
const page = await first.newPage();
await page.goto(`${world.portal}/login`);
await page.fill("#login", "malo.kerbrat");
await page.fill("#password", world.password);
await page.click("form[action='/login'] button[type=submit]");
await page.waitForURL((url) => !url.pathname.startsWith("/login"));
await page.goto(`${world.broker}/acces/${world.workbook}`);
await page.waitForURL(/\/modules\/[^/]+$/);
const address = `${page.url()}/exercices/1`;
await page.goto(address); // its attempt is there: what is measured is the page

for (let i = 0; i < times; i++) {
  const context = await browser.newContext({ viewport: { width: 360, height: 740 }, locale: "fr-FR", storageState: await first.storageState() });
  const fresh = await context.newPage();
  const line = await context.newCDPSession(fresh);
  await line.send("Network.enable");
  await line.send("Network.setCacheDisabled", { cacheDisabled: true });
  await line.send("Network.emulateNetworkConditions", { offline: false, latency: 150, downloadThroughput: 1.6e6 / 8, uploadThroughput: 750e3 / 8 });
  await line.send("Emulation.setCPUThrottlingRate", { rate: 4 });
  await fresh.goto(address, { waitUntil: "load" });
  // Usable: the form is drawn, and its script, which waits for nothing but the page, has run.
  console.log(JSON.stringify(await fresh.evaluate(() => {
    if (!document.querySelector("form[data-player][data-open] input")) throw new Error("there is no exercise");
    const [page] = performance.getEntriesByType("navigation");
    const drawn = performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? 0;
    const critical = performance.getEntriesByType("resource").filter((r) => /\.(css|js)(\?|$)/.test(new URL(r.name).pathname));
    return { ms: Math.max(page.domContentLoadedEventEnd, drawn), kB: critical.reduce((n, r) => n + r.encodedBodySize, page.encodedBodySize) / 1000 };
  })));
  await context.close();
}
await browser.close();
