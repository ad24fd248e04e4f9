// Keyboard only: each screen is walked by Tab and back by Shift+Tab; where the focus is can always be seen, and nothing holds it.
import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import { launch, newPage, settled, signedIn, url } from './browser.mjs';

let browser;
before(async () => {
	browser = await launch();
});
after(() => browser?.close());

/** What has the focus: its name, and what is wrong with how it shows; a key must have moved it. */
async function look() {
	const frame = () => new Promise(requestAnimationFrame);
	await frame();
	await frame(); // colours and rings change within a frame; on a busy machine later
	const at = document.activeElement;
	const held = at === globalThis.before;
	globalThis.before = at;
	if (!at || at === document.body) return null;
	const ring = (style) => style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
	// A cell of the grid draws its ring inside, a row and a password's field around the part that has the focus.
	const shown = () => ring(getComputedStyle(at)) || ring(getComputedStyle(at, '::after')) || getComputedStyle(at).boxShadow.includes('inset') || [...(function* () {
		for (let up = at.parentElement; up && up.tagName !== 'FORM' && up.tagName !== 'MAIN'; up = up.parentElement) yield up;
	})()].slice(0, 3).some((up) => ring(getComputedStyle(up)));
	for (const end = performance.now() + 1000; !shown() && performance.now() < end; ) await frame();
	const box = at.getBoundingClientRect();
	const [x, y] = [Math.max(1, Math.min(innerWidth - 2, box.left + Math.min(box.width / 2, 20))), box.top + Math.min(box.height / 2, 40)];
	const over = document.elementFromPoint(x, y);
	let bar = over;
	while (bar && !['fixed', 'sticky'].includes(getComputedStyle(bar).position)) bar = bar.parentElement;
	const name = `${at.tagName} ${(at.getAttribute('aria-label') || at.textContent || at.id || '').trim().slice(0, 40)}`;
	const faults = [];
	if (held) faults.push('holds the focus');
	if (!shown()) faults.push('no ring');
	if (y < 0 || y > innerHeight) faults.push('outside the window');
	else if (bar && !bar.contains(at) && !at.contains(bar)) faults.push(`under ${bar.tagName} ${bar.className}`);
	return { name, faults };
}

async function walk(page, key, most) {
	const faults = [];
	await page.evaluate(() => (globalThis.before = document.activeElement));
	for (let i = 0; i < most; i++) {
		await page.keyboard.press(key);
		const at = await page.evaluate(look);
		if (!at) break;
		faults.push(...at.faults.map((fault) => `${at.name}: ${fault}`));
	}
	return faults;
}

const walks = {
	administrator: ['/', '/registry', '/registry/units', '/registry/indicators/new', '/registry/units/56?edit=1', '/units/56', '/accounts', '/journal', '/tokens?new=1', '/system', '/me'],
	reporting_officer: ['/', '/indicators', '/upload', '/deliveries'],
	approver: ['/', '/approvals'],
};
for (const size of ['desk', 'phone'])
	for (const [role, paths] of Object.entries(walks))
		it(`${role}, ${size}: Tab and Shift+Tab lead through every screen`, async () => {
			const { context, page } = await newPage(browser, { size, state: await signedIn(browser, role) });
			const faults = [];
			for (const path of paths) {
				await page.goto(url + path);
				await settled(page);
				for (const [key, most] of [['Tab', 40], ['Shift+Tab', 20]]) faults.push(...(await walk(page, key, most)).map((fault) => `${path} ${key}: ${fault}`));
			}
			assert.deepEqual([...new Set(faults)], []);
			await context.close();
		});

it('the first stop leads past the rail to the content, and a menu of the phone closes by Escape', async () => {
	const { context, page } = await newPage(browser, { state: await signedIn(browser, 'operator') });
	await page.goto(`${url}/indicators`);
	await settled(page);
	await page.keyboard.press('Tab');
	await page.keyboard.press('Enter');
	assert.equal(await page.evaluate(() => document.activeElement?.id), 'main');
	await page.setViewportSize({ width: 390, height: 844 });
	await page.locator('[aria-controls=more-places]').focus();
	await page.keyboard.press('Enter');
	await page.locator('#more-places').waitFor();
	await page.keyboard.press('Escape');
	await page.locator('#more-places').waitFor({ state: 'detached' });
	assert.equal(await page.evaluate(() => document.activeElement?.getAttribute('aria-controls')), 'more-places', 'the focus is where it was');
	await context.close();
});

it('fresh figures leave the row with the focus where it is; the list is in order again when the focus has left', async () => {
	const { context, page } = await newPage(browser, { size: 'phone', state: await signedIn(browser, 'administrator') });
	let told;
	await page.route('**/api/v1/live', async (route) => {
		await new Promise((resolve) => (told = resolve));
		await route.fulfill({ contentType: 'text/event-stream', body: 'event: gap\ndata: {}\n\n' });
	});
	await page.goto(`${url}/units/56`);
	await settled(page);
	const order = async () => (await page.locator('table a').allTextContents()).slice(0, 12);
	const before = await order();
	const name = before[9];
	await page.route('**/api/v1/overview', async (route) => {
		const response = await route.fetch();
		const data = await response.json();
		Object.assign(data.units.find((one) => one.name_vi === name), { silent: true, late: 999 });
		await route.fulfill({ response, json: data });
	});
	const link = page.getByRole('link', { name, exact: true });
	await link.focus();
	told();
	await page.locator('tr', { has: link }).getByText('999').waitFor();
	assert.deepEqual(await order(), before);
	assert.ok(await link.evaluate((at) => at === document.activeElement && at.getBoundingClientRect().bottom <= innerHeight));
	await link.blur();
	await page.waitForFunction((first) => document.querySelector('table a').textContent === first, name);
	await context.close();
});
