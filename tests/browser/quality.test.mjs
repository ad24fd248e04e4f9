// The leader's page and what its sentences rest on; the board and the map with a keyboard only; the morning without a network.
import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import { alone, judge, launch, newPage, noSidewaysScroll, settled, signedIn, url } from './browser.mjs';

let browser;
before(async () => {
	browser = await launch();
});
after(() => browser?.close());

const open = async (path, size = 'desk') => {
	const tab = await newPage(browser, { size, state: await signedIn(browser, 'leader') });
	await tab.page.goto(url + path);
	await settled(tab.page);
	return tab;
};

it('every sentence of the leader opens what it rests on', async () => {
	const { context, page, complaints } = await open('/', 'phone');
	const sentences = page.locator('ol a');
	const count = await sentences.count();
	assert.ok(count >= 1 && count <= 5, `${count} exceptions`);
	const targets = await sentences.evaluateAll((links) => links.map((link) => link.getAttribute('href')));
	for (const target of targets) {
		await page.goto(url + target);
		await settled(page);
		assert.equal(await page.getByText('Không có trang này').count(), 0, target);
		assert.ok(await page.locator('main table, main svg').count(), `${target} shows cells`);
	}
	assert.deepEqual(complaints, []);
	await context.close();
});

it('over a slow line the sentences stand before the program, and give way to it', async () => {
	for (const look of [{ size: 'phone' }, { size: 'wall', language: 'en', scheme: 'dark' }]) {
		const { context, page, complaints } = await newPage(browser, { ...look, state: await signedIn(browser, 'leader') });
		let arrive;
		const arrived = new Promise((resolve) => { arrive = resolve; });
		await page.route('**/assets/start*.js', async (route) => {
			await arrived;
			await route.continue();
		});
		await page.goto(`${url}/`, { waitUntil: 'commit' });
		await page.locator('#first ol a').first().waitFor();
		const told = () => page.locator('ol a').evaluateAll((links) => links.map((link) => `${link.getAttribute('href')} ${link.querySelector('strong').innerText}`));
		const early = await told();
		await judge(page, 'the first view');
		await noSidewaysScroll(page, 'the first view');
		arrive();
		await settled(page);
		assert.equal(await page.locator('#first').count(), 0);
		assert.deepEqual(await told(), early);
		assert.deepEqual(complaints, []);
		await context.close();
	}
});

it('the indices in force stand as tiles that open their points, and every domain says how old its data are', async () => {
	const { context, page, complaints } = await open('/', 'phone');
	await page.getByRole('heading', { name: 'Chỉ số điều hành' }).waitFor();
	assert.ok(await page.locator('a[href^="/quality?domain="] time').count() >= 15, 'ages');
	const tile = page.getByRole('link', { name: /Bộ chỉ số 766/ });
	assert.match(await tile.innerText(), /\d+,\d\s*\/100[\s\S]*Tháng \d+\/\d{4}/);
	await judge(page, 'the leader with indices');
	await tile.click();
	await page.waitForURL(/indices\/I766\?period=/);
	await page.getByRole('heading', { name: 'Điểm theo tiêu chí' }).waitFor();
	assert.deepEqual(complaints, []);
	await context.close();
});

it('the board opens down to figures and the action that mends each, with the keyboard', async () => {
	const { context, page } = await open('/quality');
	const first = page.locator('table a').first();
	await first.focus();
	await page.keyboard.press('Enter');
	await page.waitForURL(/quality\?unit=/);
	await page.getByRole('heading', { name: 'Số liệu làm mất điểm' }).waitFor();
	await page.getByText('Nộp số liệu').first().waitFor();
	await settled(page);
	await judge(page, 'the board of a unit');
	await context.close();
});

it('the map goes from domains to the units of one indicator, and says each square in words', async () => {
	const { context, page } = await open('/coverage');
	for (const pattern of [/domain=/, /indicator=/]) {
		await page.locator('tbody th a').first().focus();
		await page.keyboard.press('Enter');
		await page.waitForURL(pattern);
		await settled(page);
	}
	const words = await page.locator('tbody td .sr').first().textContent();
	assert.match(words, /\S/);
	await judge(page, 'the map of one indicator');
	await context.close();
});

it('the last summary is read without a network, says its age, and is gone after signing out', async () => {
	const { context, page } = await open('/');
	const sentence = await page.locator('ol a strong').first().textContent();
	await alone(page);
	await page.route('**/api/**', (route) => route.abort());
	await page.reload();
	await page.getByText('Đây là tóm tắt gần nhất đã đọc').waitFor({ timeout: 30_000 });
	assert.equal(await page.locator('ol a strong').first().textContent(), sentence);
	await page.unroute('**/api/**');
	await page.reload();
	await settled(page);
	await page.getByRole('button', { name: 'Đăng xuất' }).click();
	await page.waitForURL(/sign-in|\/$/);
	await page.waitForFunction(() => !localStorage.getItem('haidang.morning'));
	await context.close();
});
