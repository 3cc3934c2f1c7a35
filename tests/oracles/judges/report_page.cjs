// Validates the markup of one page of a report, opens it in a browser as different readers would, and says what is wrong.
const { existsSync, readFileSync } = require("node:fs");
const { relative } = require("node:path");
const { fileURLToPath, pathToFileURL } = require("node:url");
const { FileSystemConfigLoader, HtmlValidate } = require("html-validate");
const { chromium } = require("playwright-core");

const ARGUMENTS = ["--no-sandbox", "--headless", "--disable-background-networking", "--disable-gpu"];
const AXE = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const SIZES = { desk: { width: 1280, height: 900 }, phone: { width: 390, height: 844 } };
const NONSENSE = "zqxjkvwpzqxjkvwp";
const RULES = {
  root: true,
  extends: ["html-validate:recommended", "html-validate:document"],
  rules: {
    // `<!doctype html>` is the same in either case, and small letters are how this project writes all its pages.
    "doctype-style": "off",
    // How long a title is follows from what the project is called.
    "long-title": "off",
  },
};

/** The faults of the markup as it is written, which is also what a reader without scripts gets. */
function markup(path) {
  const validator = new HtmlValidate(new FileSystemConfigLoader(RULES));
  const report = validator.validateStringSync(readFileSync(path, "utf8"), path);
  return report.results.flatMap((result) => result.messages).map((one) => `${one.ruleId}: line ${one.line}: ${one.message}`);
}

/** At most `count` of the faults, and how many more there are. */
function some(faults, count) {
  const more = faults.length > count ? ` and ${faults.length - count} more` : "";
  return faults.slice(0, count).join("; ") + more;
}

/** A new page on `path`, with what it says and asks for collected; nothing but the file itself is given to it. */
async function open(browser, path, options) {
  const context = await browser.newContext(options);
  const tab = await context.newPage();
  tab.setDefaultTimeout(15000);
  const own = pathToFileURL(path).href;
  const seen = { said: [], asked: [] };
  tab.on("console", (message) => seen.said.push(message.text()));
  tab.on("pageerror", (error) => seen.said.push(String(error)));
  tab.on("dialog", (dialog) => { seen.said.push(`dialog: ${dialog.message()}`); dialog.dismiss(); });
  tab.on("websocket", (socket) => seen.asked.push(socket.url()));
  await context.route("**/*", (route) => {
    const url = route.request().url();
    if (url === own) return route.continue();
    seen.asked.push(url);
    return route.abort();
  });
  await tab.goto(own);
  return { context, tab, seen };
}

/** How far the page is wider than the window that it is in. */
function overflow(tab) {
  return tab.evaluate(() => {
    const { documentElement: root, body } = document;
    return Math.max(root.scrollWidth, body.scrollWidth) - root.clientWidth;
  });
}

/** What axe finds on the page as it stands. */
async function axe(tab) {
  // Evaluated, not added as an element, which the page's own policy would rightly refuse.
  await tab.evaluate(AXE);
  return tab.evaluate(async () => {
    const told = await window.axe.run(document, { resultTypes: ["violations", "incomplete"] });
    const where = (one) => one.nodes.slice(0, 3).map((node) => node.target.join(" ")).join(", ");
    const line = (one) => `${one.id} (${one.impact}): ${where(one)} [${one.nodes.length}]`;
    return { violations: told.violations.map(line), incomplete: told.incomplete.map(line) };
  });
}

/** Links to places that do not exist: in this page, or beside it in the packet. */
async function links(tab, root) {
  const found = await tab.evaluate(() =>
    [...document.querySelectorAll("a[href]")].map((link) => {
      const fragment = decodeURIComponent(link.hash.slice(1));
      const inside = link.href.split("#")[0] === location.href.split("#")[0];
      const there = !inside || fragment === "" || document.getElementById(fragment) !== null;
      return { written: link.getAttribute("href"), href: link.href, there };
    }));
  return found.filter(({ href, there }) => {
    if (!there) return true;
    const url = new URL(href);
    if (url.protocol === "https:") return false;
    if (url.protocol !== "file:") return true;
    const target = fileURLToPath(url);
    return relative(root, target).startsWith("..") || !existsSync(target);
  }).map(({ written }) => written);
}

/** Types a word that nothing has into the page's search, which must say that there is nothing, and take it back afterwards. */
async function search(tab, check) {
  const input = tab.locator("input[type=search]").first();
  if ((await input.count()) === 0) return;
  const none = () => tab.evaluate(() =>
    [...document.querySelectorAll("[role=status]")].some((one) => one.checkVisibility() && /\b(0|no|none|nothing)\b/i.test(one.innerText)));
  await input.fill(NONSENSE);
  let announced = false;
  for (let tries = 0; tries < 20 && !announced; tries += 1) {
    announced = await none();
    if (!announced) await tab.waitForTimeout(100);
  }
  check(announced, "the search finds nothing and says so in no visible [role=status]");
  await input.fill("");
  let gone = false;
  for (let tries = 0; tries < 20 && !gone; tries += 1) {
    gone = !(await none());
    if (!gone) await tab.waitForTimeout(100);
  }
  check(gone, "the search still says that it finds nothing when it is empty again");
}

/**
 * The page as one reader has it: of one size and colour, all opened. Gives what was checked, what axe is not sure of, and
 * the headings.
 */
async function visit(browser, root, path, size, colorScheme) {
  const who = `${size}, ${colorScheme}`;
  const told = { checks: [], unclear: [], headings: [] };
  const check = (right, what) => told.checks.push([right, what]);
  const { context, tab, seen } = await open(browser, path, { viewport: SIZES[size], colorScheme, reducedMotion: "reduce" });
  try {
    check((await overflow(tab)) <= 0, `${who}: ${await overflow(tab)} px wider than the window`);
    await tab.evaluate(() => document.querySelectorAll("details").forEach((one) => { one.open = true; }));
    check((await overflow(tab)) <= 0, `${who}, all opened: ${await overflow(tab)} px wider than the window`);
    const { violations, incomplete } = await axe(tab);
    check(violations.length === 0, `${who}: axe: ${some(violations, 10)}`);
    told.unclear = incomplete;
    if (size === "desk" && colorScheme === "light") {
      told.headings = await tab.locator("h1, h2, h3").allTextContents();
      const lost = await links(tab, root);
      check(lost.length === 0, `links that lead nowhere: ${some(lost, 10)}`);
      await search(tab, check);
      const pdf = (await tab.pdf({ format: "A4" })).toString("latin1");
      check((pdf.match(/\/Type\s*\/Page\b/g) ?? []).length >= 1, "printed, it has no page");
    }
  } catch (error) {
    check(false, `${who}: the page broke: ${String(error.message ?? error).split("\n")[0]}`);
  }
  check(seen.said.length === 0, `${who}: on the console: ${some(seen.said, 3)}`);
  check(seen.asked.length === 0, `${who}: asks for ${some(seen.asked, 3)}`);
  await context.close();
  return told;
}

async function main() {
  const { browser: executablePath, root, path } = JSON.parse(readFileSync(0, "utf8"));
  const answer = { passed: 0, failures: [], notes: [] };
  const check = (right, what) => { if (right) answer.passed += 1; else answer.failures.push(what); };
  const faults = markup(path);
  check(faults.length === 0, `html-validate: ${some(faults, 10)}`);
  const browser = await chromium.launch({ executablePath, args: ARGUMENTS });
  const readers = Object.keys(SIZES).flatMap((size) => ["light", "dark"].map((color) => [size, color]));
  const visits = await Promise.all(readers.map(([size, color]) => visit(browser, root, path, size, color)));
  for (const [right, what] of visits.flatMap((one) => one.checks)) check(right, what);
  const unclear = new Set(visits.flatMap((one) => one.unclear));
  const headings = visits.flatMap((one) => one.headings);
  const { context, tab, seen } = await open(browser, path, { viewport: SIZES.phone, javaScriptEnabled: false });
  const plain = await tab.locator("h1, h2, h3").allTextContents();
  const lost = headings.filter((one) => !plain.includes(one));
  check(plain.length > 0 && lost.length === 0, `without scripts these headings are missing: ${some(lost, 5)}`);
  check(seen.asked.length === 0, `without scripts: asks for ${some(seen.asked, 3)}`);
  await context.close();
  await browser.close();
  answer.notes = [...unclear].sort().slice(0, 5).map((one) => `axe is not sure: ${one}`);
  process.stdout.write(JSON.stringify(answer));
}

main();
