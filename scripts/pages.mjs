// Looks at the pages in a browser; run by scripts/pages: node pages.mjs PAGES OUT
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { chromium } from 'playwright-core';

const [pages, out] = process.argv.slice(2);
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const flags = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync'];
const failures = [];
const must = (holds, words) => { if (!holds) failures.push(words); };
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: flags });

for (const name of ['report', 'support', 'disclosure']) {
  const address = `file://${pages}/${name}.html`;
  await timed(name, address);
  for (const width of [1280, 390]) await looked(name, address, width);
  await printed(name, address);
}
await browser.close();
failures.forEach(words => console.error(`FAILED ${words}`));
process.exit(failures.length ? 1 : 0);

/// Opened five times by a browser that is warm; the median, to the end of the first picture of it.
async function timed(name, address) {
  const times = [];
  for (let round = 0; round < 6; round++) {
    const page = await browser.newPage();
    const began = performance.now();
    await page.goto(address, { waitUntil: 'load' });
    await page.evaluate(() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done))));
    times.push(performance.now() - began);
    await page.close();
  }
  const warm = times.slice(1).sort((one, other) => one - other);
  console.log(`${name}: opens in ${Math.round(warm[2])} ms (warm, median of 5; to reach: under 1,000)`);
}

/// Nothing runs, nothing is asked of a network, nothing sticks out; axe finds nothing serious.
async function looked(name, address, width) {
  const context = await browser.newContext({ viewport: { width, height: 1200 } });
  const page = await context.newPage();
  const asked = [];
  page.on('request', request => request.url() === address || asked.push(request.url()));
  page.on('dialog', dialog => { failures.push(`${name}: a dialog: ${dialog.message()}`); dialog.dismiss(); });
  page.on('console', message => failures.push(`${name}: the console: ${message.text()}`));
  await page.goto(address, { waitUntil: 'load' });
  await page.screenshot({ path: `${out}/${name}-${width}.png` });
  const [owned, scripts, wide, shown] = await page.evaluate(() => [
    window.owned, document.querySelectorAll('script, img, iframe, object, embed, link, base, form').length,
    document.documentElement.scrollWidth - document.documentElement.clientWidth, document.body.textContent.length]);
  must(owned === undefined, `${name}: a reply ran`);
  must(scripts === 0, `${name}: ${scripts} elements that no page has`);
  must(asked.length === 0, `${name}: asked for ${asked.join(' ')}`);
  must(wide <= 0, `${name} at ${width}: ${wide} px stick out`);
  must(shown > 10_000, `${name}: nothing is shown`);
  // The page's own policy forbids scripts, axe too: it is put in by the debugger, past the policy.
  const found = await page.evaluate(`${axe}; axe.run(document, { resultTypes: ['violations'] }).then(r => r.violations.map(v =>
    ({ id: v.id, impact: v.impact, help: v.help, where: v.nodes.slice(0, 3).map(n => n.html.slice(0, 200)) })))`);
  const bad = found.filter(one => ['serious', 'critical'].includes(one.impact));
  console.log(`${name} at ${width}: axe ${bad.length} serious or critical, ${found.length - bad.length} lesser`);
  found.forEach(one => console.log(`  ${one.impact}: ${one.id}: ${one.help}\n    ${one.where.join('\n    ')}`));
  must(bad.length === 0, `${name} at ${width}: axe`);
  await context.close();
}

/// Every reply is on paper, letter for letter; how lines are broken does not matter.
async function printed(name, address) {
  const page = await browser.newPage();
  await page.goto(address);
  await page.pdf({ path: `${out}/${name}.pdf`, preferCSSPageSize: true });
  await page.close();
  // Between the parts of a text that a page break cuts stands the number of the page.
  const whole = text => text.replace(/^\f?\d+ \/ \d+$/gm, '');
  const shown = text => text.replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&quot;/g, '"').replace(/&#39;/g, "'").replace(/&amp;/g, '&');
  const plain = text => text.normalize('NFKC').replace(/[^\p{Script=Latin}\p{N}<>=+@{}|]/gu, '');
  const pdf = execFileSync('pdftotext', ['-raw', '-enc', 'UTF-8', `${out}/${name}.pdf`, '-'], { maxBuffer: 1 << 28 });
  const text = plain(whole(pdf.toString()));
  const replies = JSON.parse(readFileSync(`${pages}/replies.json`, 'utf8')).map(shown);
  const missing = replies.filter(reply => !text.includes(plain(reply)));
  console.log(`${name}: ${replies.length - missing.length} of ${replies.length} replies stand in the printed page`);
  if (name !== 'disclosure') missing.forEach(reply => failures.push(`${name}: not in print: ${reply.slice(0, 80)}`));
}
