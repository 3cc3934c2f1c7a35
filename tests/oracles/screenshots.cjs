// Pictures of a page for people to look at: the whole page on a desk and on a phone, light and dark, and as it is printed.
//
// usage: NODE_PATH="$(tests/oracles/install)/node_modules" node tests/oracles/screenshots.cjs PAGE.html FOLDER [--open]
//
// Writes PAGE-desk-light.png, PAGE-desk-dark.png, PAGE-phone-light.png, PAGE-phone-dark.png and PAGE.pdf into FOLDER.
// `--open` opens every fold of the page first. Debian's `chromium` must be installed; CHROMIUM names another.
const { mkdirSync } = require("node:fs");
const { basename, join, resolve } = require("node:path");
const { pathToFileURL } = require("node:url");
const { chromium } = require("playwright-core");

const SIZES = { desk: { width: 1280, height: 900 }, phone: { width: 390, height: 844 } };

async function main() {
  const names = process.argv.slice(2).filter((one) => !one.startsWith("--"));
  if (names.length !== 2) {
    process.stderr.write("usage: screenshots.cjs PAGE.html FOLDER [--open]\n");
    process.exit(2);
  }
  const [page, folder] = names.map((one) => resolve(one));
  mkdirSync(folder, { recursive: true });
  const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--headless", "--disable-gpu"] });
  const name = basename(page, ".html");
  for (const [size, viewport] of Object.entries(SIZES)) {
    for (const colorScheme of ["light", "dark"]) {
      const context = await browser.newContext({ viewport, colorScheme, deviceScaleFactor: size === "phone" ? 2 : 1 });
      const tab = await context.newPage();
      await tab.goto(pathToFileURL(page).href);
      if (process.argv.includes("--open")) {
        await tab.evaluate(() => document.querySelectorAll("details").forEach((one) => { one.open = true; }));
      }
      const path = join(folder, `${name}-${size}-${colorScheme}.png`);
      await tab.screenshot({ path, fullPage: true });
      process.stdout.write(`${path}\n`);
      if (size === "desk" && colorScheme === "light") {
        const pdf = join(folder, `${name}.pdf`);
        await tab.pdf({ path: pdf, format: "A4", printBackground: true });
        process.stdout.write(`${pdf}\n`);
      }
      await context.close();
    }
  }
  await browser.close();
}

main();
