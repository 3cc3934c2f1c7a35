// Opens each page in a browser, does what a person would, and says what is not as it should be.
const { readFileSync } = require("node:fs");
const { pathToFileURL } = require("node:url");
const { chromium } = require("playwright-core");

const ARGUMENTS = ["--no-sandbox", "--headless", "--disable-background-networking", "--disable-gpu"];

/** The nodes that a path of proven or possible control joins, found without the page: breadth first. */
function hops(view, from, to, verdicts) {
  const came = new Map([[from, 0]]);
  const queue = [from];
  for (let next = 0; next < queue.length; next += 1)
    for (const edge of view.edges)
      if (edge.from === queue[next] && edge.kind === "controls" && verdicts.includes(edge.verdict) && !came.has(edge.to)) {
        came.set(edge.to, came.get(queue[next]) + 1);
        queue.push(edge.to);
      }
  return came.get(to);
}

async function page(tab, view, check) {
  const text = (selector) => tab.textContent(selector);
  const color = () => tab.evaluate(() => getComputedStyle(document.body).backgroundColor);
  check((await tab.locator("meta[http-equiv='Content-Security-Policy']").count()) === 1, "no policy");
  check((await tab.locator("[data-node]").count()) > 0 || view.nodes.length === 0, "no nodes are drawn");
  check(await tab.evaluate(() => window.injected === undefined), "text of the project ran");
  const light = await color();
  await tab.click("#theme");
  check((await color()) !== light, "the button does not change the colours");
  await tab.click("#theme");
  check((await color()) === light, "the button does not change the colours back");
  await tab.emulateMedia({ colorScheme: "dark" });
  await tab.evaluate(() => delete document.documentElement.dataset.theme);
  check((await color()) !== light, "the system's dark mode is not followed");
  await tab.emulateMedia({ colorScheme: "light" });
  if (view.nodes.length === 0) return;

  // Search by keyboard: a node whose name is nobody else's.
  const labels = view.nodes.map((node) => node.label);
  const unique = view.nodes.filter((node) => /^[\x21-\x7e]{3,}$/.test(node.label) && labels.filter((label) => label.includes(node.label)).length === 1);
  const wanted = unique.find((node) => view.edges.some((edge) => edge.from === node.id)) ?? unique[0];
  if (wanted !== undefined) {
    await tab.locator("body").press("/");
    check(await tab.evaluate(() => document.activeElement.id === "search"), "`/` does not lead to the search");
    await tab.keyboard.type(wanted.label);
    check((await tab.locator("#results li").count()) > 0, "the search finds nothing");
    check(/result/.test(await text("#status")), "the count of results is not announced");
    await tab.keyboard.press("Enter");
    check((await text("#about h2")) === wanted.label, `the search for ${wanted.label} chose ${await text("#about h2")}`);
    const out = view.edges.filter((edge) => edge.from === wanted.id).length;
    check((await text("#about")).includes(`Reaches (${out})`), "the details do not count the edges");
    if (wanted.file !== null) check((await text("#about")).includes(`${wanted.file}:${wanted.line}`), "the details lack the place");
    for (const fact of wanted.facts) check((await text("#about")).includes(fact.value), `the details lack the ${fact.name}`);
    if (out > 0) {
      const first = view.edges.find((edge) => edge.from === wanted.id);
      await tab.locator("#about .edges button").first().click();
      const other = view.nodes.find((node) => node.id === first.to);
      check((await text("#about h2")) === (other.label || other.id), "an edge in the details does not lead on");
    }
    await tab.keyboard.press("Escape");
    check((await tab.locator("#canvas.chosen").count()) === 0, "Escape does not let go");
    await tab.locator("body").press("/");
    await tab.keyboard.type(wanted.kind);
    check((await tab.locator("#results li").count()) > 0, "the search does not find kinds");
    await tab.keyboard.press("Escape");
    check((await tab.locator("#results li").count()) === 0, "Escape does not close the results");
    await tab.fill("#search", "");
  }

  // Cards by pointer and by keyboard.
  const card = tab.locator("[data-node]").first();
  await card.focus();
  await tab.keyboard.press("Enter");
  check((await tab.locator("[data-node].selected").count()) === 1, "Enter does not choose a node");
  if ((await tab.locator("[data-node]").count()) > 1) {
    const before = await tab.evaluate(() => document.activeElement.dataset.node);
    for (const key of ["ArrowRight", "ArrowDown", "ArrowLeft", "ArrowUp"]) {
      await tab.keyboard.press(key);
      if ((await tab.evaluate(() => document.activeElement.dataset.node)) !== before) break;
    }
    check((await tab.evaluate(() => document.activeElement.dataset.node)) !== before, "arrows do not move between nodes");
  }
  await tab.keyboard.press("Escape");
  await tab.click("#whole");
  const drawn = await tab.locator("[data-node]").count();
  await tab.locator("[data-node]").nth(drawn - 1).dispatchEvent("click");
  check((await tab.locator("#about h2").count()) === 1, "a click does not choose a node");

  // A path: the longest of the shortest ones that begin at some node.
  let longest = null;
  for (const from of unique.slice(0, 60))
    for (const to of unique.slice(0, 60)) {
      if (from === to) continue;
      const count = hops(view, from.id, to.id, ["proven"]) ?? hops(view, from.id, to.id, ["proven", "possible"]);
      if (count !== undefined && (longest === null || count > longest.count)) longest = { from, to, count };
    }
  if (longest !== null) {
    await tab.fill("#from", longest.from.label);
    await tab.fill("#to", longest.to.label);
    await tab.click("#seek");
    const shown = await tab.locator("#hops li").count();
    check(shown === longest.count, `a path of ${shown} hops, not ${longest.count}`);
    const edges = view.edges.filter((edge) => edge.from === longest.from.id && edge.file !== null);
    const first = await tab.locator("#hops li").first().textContent();
    if (edges.length > 0) check(edges.some((edge) => first.includes(`${edge.file}:${edge.line}`)), "a hop lacks its line");
    await tab.fill("#to", "nobody of this name");
    await tab.click("#seek");
    check(/no node is called/.test(await text("#status")), "an unknown name is not said");
  }

  // Filters hide lines.
  const links = tab.locator(".link[data-verdict]:not(.off)");
  const all = await links.count();
  const proven = await tab.locator(".link[data-verdict='proven']").count();
  await tab.locator("input[value='proven']").uncheck();
  check((await links.count()) === all - proven, "the filter by verdict leaves lines");
  await tab.locator("input[value='proven']").check();
  check((await links.count()) === all, "the filter by verdict does not bring lines back");

  // What a reader's software needs.
  const nameless = await tab.evaluate(() => [...document.querySelectorAll("button, input, [role=button]")].filter((one) =>
    !(one.getAttribute("aria-label") || one.textContent.trim() || one.labels?.length)).length);
  check(nameless === 0, `${nameless} controls without a name`);
  check((await tab.locator("[aria-live]").count()) === 1, "no live region");
  await tab.emulateMedia({ media: "print" });
  check(!(await tab.locator("aside").isVisible()), "the panel is printed");
  await tab.emulateMedia({ media: "screen" });
}

/** No label of a drawing lies over another one, and none leaves its card. */
async function drawing(tab, check) {
  const found = await tab.evaluate(() => {
    const box = (element) => element.getBoundingClientRect();
    const meets = (a, b) => a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1;
    const cards = [...document.querySelectorAll("svg.scopec .node")];
    const frames = cards.map((card) => box(card.querySelector(".card")));
    let cardsOver = 0;
    let textsOut = 0;
    frames.forEach((frame, index) => {
      for (const other of frames.slice(index + 1)) if (meets(frame, other)) cardsOver += 1;
      for (const text of cards[index].querySelectorAll("text")) {
        const at = box(text);
        if (at.width > 0 && (at.left < frame.left - 1 || at.right > frame.right + 1)) textsOut += 1;
      }
    });
    const words = [...document.querySelectorAll("svg.scopec .word")].map(box);
    let wordsOver = 0;
    words.forEach((word, index) => {
      for (const other of words.slice(index + 1)) if (meets(word, other)) wordsOver += 1;
      for (const frame of frames) if (meets(word, frame)) wordsOver += 1;
    });
    return { cardsOver, textsOut, wordsOver, cards: cards.length };
  });
  check(found.cardsOver === 0, `${found.cardsOver} nodes lie over another`);
  check(found.textsOut === 0, `${found.textsOut} texts leave their node`);
  check(found.wordsOver === 0, `${found.wordsOver} labels lie over something`);
}

async function main() {
  const { browser: executablePath, pages } = JSON.parse(readFileSync(0, "utf8"));
  const browser = await chromium.launch({ executablePath, args: ARGUMENTS });
  const answers = [];
  for (const one of pages) {
    const answer = { name: one.name, passed: 0, failures: [] };
    const check = (right, what) => { if (right) answer.passed += 1; else answer.failures.push(what); };
    const context = await browser.newContext({ viewport: { width: 1600, height: 1000 }, colorScheme: "light" });
    const tab = await context.newPage();
    tab.setDefaultTimeout(15000);
    const said = [];
    const asked = [];
    tab.on("console", (message) => said.push(message.text()));
    tab.on("pageerror", (error) => said.push(String(error)));
    tab.on("dialog", (dialog) => { said.push(`dialog: ${dialog.message()}`); dialog.dismiss(); });
    const own = pathToFileURL(one.path).href;
    tab.on("request", (request) => { if (request.url() !== own) asked.push(request.url()); });
    try {
      await tab.goto(own);
      if (one.kind === "html") await page(tab, one.view, check);
      await drawing(tab, check);
    } catch (error) {
      check(false, `the page broke: ${String(error.message ?? error).split("\n")[0]}`);
    }
    check(said.length === 0, `on the console: ${said.slice(0, 3).join(" | ")}`);
    check(asked.length === 0, `asks for ${asked.slice(0, 3).join(" ")}`);
    await context.close();
    answers.push(answer);
  }
  await browser.close();
  process.stdout.write(JSON.stringify(answers));
}

main();
