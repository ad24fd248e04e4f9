// A record's whole life through the screens: made, found, changed, its history read, removed and brought back.
import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import { judge, launch, newPage, settled, signedIn, url } from './browser.mjs';

let browser;
before(async () => {
	browser = await launch();
});
after(() => browser?.close());

const code = `THU-${Date.now().toString(36)}`;

it('a code list is made, changed, removed and restored', async () => {
	const { context, page, complaints } = await newPage(browser, { state: await signedIn(browser, 'administrator') });
	await page.goto(`${url}/registry/code-lists`);
	await settled(page);
	await page.getByRole('link', { name: 'Thêm mới' }).click();
	await page.locator('#field-code').fill(code);
	await page.locator('#field-name_vi').fill('Danh mục thử nghiệm');
	await page.locator('#field-name_en').fill('A list for a test');
	await page.getByRole('button', { name: 'Lưu' }).click();
	await page.waitForURL(`${url}/registry/code-lists/${code}`);
	await settled(page);
	assert.equal(await page.locator('main h1').innerText(), 'Danh mục thử nghiệm');

	await page.getByRole('button', { name: 'Sửa' }).click();
	await page.locator('#field-name_vi').fill('Danh mục đã sửa');
	await page.getByRole('button', { name: 'Lưu' }).click();
	await page.getByRole('heading', { level: 1, name: 'Danh mục đã sửa' }).waitFor();
	await page.getByRole('tab', { name: 'Lịch sử' }).click();
	await page.getByText('Danh mục thử nghiệm').first().waitFor();
	await judge(page, 'the history');

	await page.getByRole('button', { name: 'Gỡ', exact: true }).click();
	await page.getByRole('dialog').getByRole('button', { name: 'Gỡ', exact: true }).click();
	await page.waitForURL(`${url}/registry/code-lists`);
	await page.goto(`${url}/registry/code-lists?removed=true&q=${encodeURIComponent('da sua')}`);
	await page.getByRole('link', { name: 'Danh mục đã sửa' }).first().click();
	await page.getByRole('button', { name: 'Khôi phục' }).click();
	await page.getByRole('button', { name: 'Khôi phục' }).waitFor({ state: 'detached' });
	await page.goto(`${url}/registry/code-lists/${code}`);
	await page.getByRole('heading', { level: 1, name: 'Danh mục đã sửa' }).waitFor();
	assert.deepEqual(complaints, []);
	await context.close();
});

it('a file is tried before it is imported, and a wrong one is answered row by row', async () => {
	const { context, page } = await newPage(browser, { state: await signedIn(browser, 'administrator') });
	await page.goto(`${url}/registry/code-lists/import`);
	await settled(page);
	const csv = (text) => ({ name: 'thu.csv', mimeType: 'text/csv', buffer: Buffer.from(text) });
	await page.locator('input[type=file]').setInputFiles(csv(`code,name_vi,name_en\n${code}-2,,Second\n`));
	await page.getByText(/Tệp có \d+ lỗi/).first().waitFor();
	await page.locator('input[type=file]').setInputFiles(csv(`code,name_vi,name_en\n${code}-2,Thứ hai,Second\n`));
	await page.getByRole('button', { name: 'Nhập', exact: true }).click();
	await page.getByText('Đã nhập xong').waitFor();
	await page.goto(`${url}/registry/code-lists/${code}-2`);
	await page.getByRole('heading', { level: 1, name: 'Thứ hai' }).waitFor();
	await context.close();
});

it('the tree of units is walked with the keyboard and shows the units of another day', async () => {
	const { context, page } = await newPage(browser, { state: await signedIn(browser, 'operator') });
	await page.goto(`${url}/registry/units`);
	await settled(page);
	const items = page.getByRole('treeitem');
	const now = await items.count();
	await items.first().focus();
	await page.keyboard.press('ArrowLeft');
	assert.equal(await items.first().getAttribute('aria-expanded'), 'false');
	await page.keyboard.press('ArrowRight');
	await page.keyboard.press('ArrowDown');
	assert.equal(await page.evaluate(() => document.activeElement.getAttribute('aria-level')), '2');
	await page.goto(`${url}/registry/units?as_of=2025-06-30`);
	await settled(page);
	await page.getByText('Cây đơn vị như vào ngày 30/06/2025').waitFor();
	assert.notEqual(await items.count(), now);
	await context.close();
});

it('a change made elsewhere appears without a reload', async () => {
	const state = await signedIn(browser, 'administrator');
	const watcher = await newPage(browser, { state });
	await watcher.page.goto(`${url}/registry/code-lists?q=${code}`);
	await watcher.page.getByRole('status').filter({ hasText: 'Trực tuyến' }).waitFor();
	const writer = await newPage(browser, { state });
	await writer.page.goto(`${url}/registry/code-lists/new`);
	await writer.page.locator('#field-code').fill(`${code}-3`);
	await writer.page.locator('#field-name_vi').fill(`Thứ ba ${code}`);
	await writer.page.locator('#field-name_en').fill('Third');
	await writer.page.getByRole('button', { name: 'Lưu' }).click();
	await watcher.page.getByRole('link', { name: `Thứ ba ${code}` }).waitFor({ timeout: 10_000 });
	await writer.context.close();
	await watcher.context.close();
});
