// An empty centre: the one-time token makes the first administrator; empty screens say what to do; then a thousand rows.
// HAIDANG_EMPTY_URL: a centre that nobody administers yet.  HAIDANG_EMPTY_TOKEN: what its server printed.
import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import { judge, launch, newPage, noSidewaysScroll, settled } from './browser.mjs';

const empty = process.env.HAIDANG_EMPTY_URL;
const who = { login: 'quan.tri', password: 'hải đăng soi biển 2026' };
let browser;
let state;
before(async () => {
	browser = await launch();
});
after(() => browser?.close());

it('the token of the server makes the first administrator, and a wrong one does not', async () => {
	const { context, page } = await newPage(browser);
	await page.goto(`${empty}/setup`);
	const fill = async (token) => {
		await page.locator('#field-token').fill(token);
		await page.locator('#field-name').fill('Nguyễn Thị Quản Trị');
		await page.locator('#field-login').fill(who.login);
		for (const field of await page.locator('input[autocomplete=new-password]').all()) await field.fill(who.password);
		await page.keyboard.press('Enter');
	};
	await fill('no-such-token');
	await page.getByRole('alert').waitFor();
	await fill(process.env.HAIDANG_EMPTY_TOKEN);
	await page.getByRole('link', { name: 'Đăng nhập' }).click();
	await page.locator('input[autocomplete=username]').fill(who.login);
	await page.locator('input[autocomplete=current-password]').fill(who.password);
	await page.keyboard.press('Enter');
	await page.locator('main#main h1').waitFor();
	await settled(page);
	state = await context.storageState();
	await page.getByText('Trung tâm chưa có đơn vị nào').waitFor();
	await judge(page, 'the empty home');
	await context.close();
});

it('empty screens say what to do next', async () => {
	const { context, page, complaints } = await newPage(browser, { size: 'phone', state });
	for (const path of ['/registry/units', '/registry/documents', '/tokens', '/deliveries', '/indicators']) {
		await page.goto(empty + path);
		await settled(page);
		await judge(page, `${path}, empty`);
		await noSidewaysScroll(page, path);
	}
	assert.deepEqual(complaints, []);
	await context.close();
});

it('a thousand rows are shown without drawing them all', async () => {
	const { context, page, complaints } = await newPage(browser, { state });
	const rows = Array.from({ length: 1000 }, (_, i) => `DM-${i},Danh mục thứ ${i},List ${i}`);
	const answer = await page.request.post(`${empty}/api/v1/code-lists/import`, { headers: { 'X-Haidang': '1', 'Content-Type': 'text/csv' }, data: `code,name_vi,name_en\n${rows.join('\n')}\n` });
	assert.equal(answer.status(), 200, await answer.text());
	await page.goto(`${empty}/registry/code-lists`);
	await settled(page);
	await page.locator('tbody tr').nth(10).waitFor();
	assert.ok((await page.locator('tbody tr').count()) < 300, 'only what is near the window is drawn');
	await judge(page, 'a thousand rows');
	assert.deepEqual(complaints, []);
	await context.close();
});
