// Opens the page that scores every vector with the shipped scorer (exos/qti/wasm), and waits until it has said what came of them.
import { chromium } from "playwright-core";

const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox", "--disable-gpu"] });
const page = await browser.newPage();
await page.goto(process.argv[2]);
await page.waitForFunction(() => /^(done|failed)/.test(document.title), undefined, { timeout: 240_000 });
const came = await page.title();
await browser.close();
if (came !== "done") throw new Error(came);
