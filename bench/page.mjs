// Home page of a cold browser on a throttled phone: node page.mjs URL TOKEN ROUNDS [unthrottled]; prints one JSON line a round.
import { createRequire } from 'node:module';
const { chromium } = createRequire(new URL('../ui/package.json', import.meta.url))('playwright-core');
const [url, token, rounds, unthrottled] = process.argv.slice(2);
const browser = await chromium.launch({
	executablePath: process.env.HAIDANG_CHROMIUM ?? '/usr/bin/chromium',
	args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
});
for (let i = 0; i < Number(rounds); i++) {
	const context = await browser.newContext({ viewport: { width: 390, height: 844 }, deviceScaleFactor: 3, isMobile: true, serviceWorkers: 'block' });
	await context.addCookies([{ name: 'haidang_session', value: token, url, httpOnly: true, sameSite: 'Strict' }]);
	const page = await context.newPage();
	const cdp = await context.newCDPSession(page);
	await cdp.send('Network.enable');
	if (!unthrottled) { // Lighthouse's "slow 4G" of a phone: 150 ms round trip, 1.6 Mbit/s down, 750 kbit/s up
		await cdp.send('Network.emulateNetworkConditions', { offline: false, latency: 150, downloadThroughput: 1.6e6 / 8, uploadThroughput: 750e3 / 8 });
		await cdp.send('Emulation.setCPUThrottlingRate', { rate: 4 });
	}
	let bytes = 0, requests = 0;
	cdp.on('Network.loadingFinished', (e) => { bytes += e.encodedDataLength; requests++; });
	await page.addInitScript(() => {
		const look = () => {
			// What has digits beside the title's line, which holds today's date: that came from the store.
			const body = [...document.querySelectorAll('main h2, main li, main td, main dd')].map((e) => e.innerText).join(' ');
			if (/\d/.test(body) && !document.querySelector('main [aria-busy=true]')) window.firstFigure = performance.now();
			if (!window.firstFigure) requestAnimationFrame(look);
		};
		requestAnimationFrame(look);
	});
	await page.goto(url + '/', { waitUntil: 'commit' });
	await page.waitForFunction(() => window.firstFigure, null, { timeout: 120000 });
	const atFirst = bytes;
	await page.waitForLoadState('networkidle').catch(() => {});
	const seen = await page.evaluate(() => ({
		figure: window.firstFigure, paint: performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? null,
		text: document.querySelector('main').innerText.slice(0, 300), path: location.pathname,
	}));
	console.log(JSON.stringify({ bytes, atFirst, requests, ...seen }));
	await context.close();
}
await browser.close();
