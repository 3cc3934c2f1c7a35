// usage: node paint.cjs FILE…
// When Chromium paints a page first, and when its content, in milliseconds: the median of five loads. It takes playwright-core
// and a chromium, as the judges of tests/oracles do: NODE_PATH="$(tests/oracles/install)/node_modules" node paint.cjs report.html
'use strict';
const path = require('node:path');
const { pathToFileURL } = require('node:url');
const { chromium } = require('playwright-core');

const median = (numbers) => numbers.sort((a, b) => a - b)[Math.floor(numbers.length / 2)];

async function main(files) {
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM || '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-background-networking'],
  });
  for (const file of files) {
    const seen = { 'first-paint': [], 'first-contentful-paint': [], loaded: [] };
    for (let load = 0; load < 5; load += 1) {
      const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
      await page.goto(pathToFileURL(path.resolve(file)).href, { waitUntil: 'load' });
      await page.waitForTimeout(200);
      const times = await page.evaluate(() => ({
        paints: performance.getEntriesByType('paint').map((entry) => [entry.name, entry.startTime]),
        loaded: performance.getEntriesByType('navigation')[0].loadEventEnd,
      }));
      for (const [name, time] of times.paints) seen[name].push(time);
      seen.loaded.push(times.loaded);
      await page.close();
    }
    const told = Object.entries(seen).map(([name, times]) => `${name} ${Math.round(median(times))} ms`);
    console.log(`${file}: ${told.join(', ')}`);
  }
  await browser.close();
}

main(process.argv.slice(2)).catch((error) => {
  console.error(error.message);
  process.exit(1);
});
