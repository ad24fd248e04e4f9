// The cube and dashboards: a number asked for in words, a table walked by keyboard and kept as a tile, tiles moved by hand and by keys.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, it } from 'node:test';
import { everyLook, judge, launch, newPage, noSidewaysScroll, settled, signedIn, url } from './browser.mjs';

let browser;
before(async () => {
	browser = await launch();
});
after(() => browser?.close());

const analyst = async (look = {}) => newPage(browser, { ...look, state: await signedIn(browser, 'analyst') });
const late = 'K766.X05';
const called = `Hồ sơ quá hạn ${process.pid}`;

it('the palette answers a question with its number and opens where it comes from', async () => {
	const { context, page } = await analyst();
	await page.goto(`${url}/`);
	await settled(page);
	await page.keyboard.press('Control+k');
	await page.getByRole('dialog').getByRole('textbox').fill('ho so qua han dien khanh thang 5');
	const answer = page.getByRole('option', { name: /Hồ sơ giải quyết quá hạn/ }).first();
	await answer.getByText(/Xã Diên Khánh · Tháng 5/).waitFor();
	await answer.getByRole('img', { name: /kỳ gần nhất/ }).waitFor();
	assert.match(await answer.innerText(), /\d+\s*hồ sơ/);
	await judge(page, 'the palette with a number');
	for (const [language, word] of [['vi', 'hồ sơ quá hạn'], ['en', 'dossiers settled late']]) {
		const example = JSON.parse(readFileSync(new URL(`../../ui/src/app/${language}.json`, import.meta.url), 'utf8')).palette.placeholder.split(': ')[1];
		assert.ok(example.startsWith(word));
		await page.getByRole('dialog').getByRole('textbox').fill(example);
		await answer.getByText(/Xã Diên Khánh · Tháng 5/).waitFor();
	}
	await page.getByRole('dialog').getByRole('textbox').fill('zzqx');
	await page.getByRole('status').filter({ hasText: 'Không tìm thấy' }).waitFor();
	await judge(page, 'the palette that found nothing');
	await page.getByRole('dialog').getByRole('textbox').fill('ho so qua han dien khanh thang 5');
	await answer.waitFor();
	await page.keyboard.press('Enter');
	await page.waitForURL(new RegExp(`/indicators/${late}\\?.*unit=22651`));
	await context.close();
});

it('a table is asked for, walked by arrows, drilled by Enter, and all of it is in the address', async () => {
	const { context, page, complaints } = await analyst();
	await page.goto(`${url}/pivot`);
	await settled(page);
	await page.getByRole('heading', { name: 'Chọn một chỉ tiêu để bắt đầu' }).waitFor();
	await page.getByPlaceholder('Gõ tên hoặc mã chỉ tiêu').fill('quá hạn');
	await page.getByRole('option', { name: `Hồ sơ giải quyết quá hạn (${late})` }).click();
	await page.waitForURL(new RegExp(`indicator=${late}`));
	await page.keyboard.press('Escape');
	const grid = page.getByRole('grid');
	await grid.waitFor();
	await page.getByRole('combobox', { name: 'Gộp theo' }).selectOption('quarterly');
	await page.waitForURL(/grain=quarterly/);
	await settled(page);
	const head = grid.locator('[data-at="0/0"]');
	await head.focus();
	await page.keyboard.press('ArrowRight');
	const quarter = await page.evaluate(() => document.activeElement.innerText);
	assert.match(quarter, /^Q\d\/\d{4}$/);
	await page.keyboard.press('Enter');
	await page.waitForURL(/grain=monthly.*from=|from=.*grain=monthly/);
	await settled(page);
	assert.equal(await grid.locator('thead th').filter({ hasText: /^T\d+\/\d{4}$/ }).count(), 3);
	await page.goBack();
	await page.waitForURL(/grain=quarterly/);
	await settled(page);
	await page.getByRole('button', { name: 'Đổi hàng và cột' }).click();
	await page.waitForURL(/rows=period.*columns=unit|columns=unit.*rows=period/);
	await settled(page);
	assert.equal(await grid.locator('[data-at="0/0"]').innerText(), 'Kỳ');
	assert.deepEqual(complaints, []);
	await context.close();
});

it('the total of a month is the sum of its units', async () => {
	const { context, page } = await analyst();
	await page.goto(`${url}/pivot?indicator=${late}&from=2026-05&to=2026-05`);
	await settled(page);
	const numbers = (await page.getByRole('grid').locator('tbody td').allInnerTexts()).map((text) => Number(text.replaceAll('.', '').replace('–', '0')));
	assert.ok(numbers.length > 50);
	assert.equal(numbers.slice(0, -1).reduce((a, b) => a + b, 0), numbers.at(-1));
	await context.close();
});

it('a table becomes a tile; tiles move by keys and by mouse; a colleague sees the board', async () => {
	const { context, page, complaints } = await analyst();
	await page.goto(`${url}/pivot?indicator=${late}&periods=6`);
	await settled(page);
	await page.getByRole('button', { name: 'Đưa vào bảng theo dõi' }).click();
	await page.getByRole('textbox', { name: 'Tên bảng' }).fill(called);
	await page.getByRole('combobox', { name: 'Kiểu ô' }).selectOption('number');
	await judge(page, 'keeping a tile');
	await page.getByRole('button', { name: 'Đưa vào', exact: true }).click();
	await page.waitForURL(/\/dashboards\/ho-so-qua-han/);
	await settled(page);
	const address = page.url();
	await page.goto(`${url}/pivot?indicator=${late}&periods=12`);
	await settled(page);
	await page.getByRole('button', { name: 'Đưa vào bảng theo dõi' }).click();
	await page.getByRole('combobox', { name: 'Bảng theo dõi' }).selectOption({ label: called });
	await page.getByRole('combobox', { name: 'Kiểu ô' }).selectOption('ranking');
	await page.getByRole('button', { name: 'Đưa vào', exact: true }).click();
	await page.waitForURL(address);
	await settled(page);

	await page.getByRole('button', { name: 'Sửa', exact: true }).click();
	await page.waitForURL(/edit=1/);
	const tile = page.locator('section[data-editing]').nth(1);
	await tile.focus();
	for (let i = 0; i < 4; i++) await page.keyboard.press('ArrowRight');
	await page.keyboard.press('ArrowUp');
	await page.keyboard.press('Shift+ArrowRight');
	await page.getByText(/Ô 2: cột 5, .*rộng 5/).waitFor();
	await judge(page, 'editing a dashboard');
	const corner = await tile.locator('span[aria-hidden]').last().boundingBox();
	await page.mouse.move(corner.x + 8, corner.y + 8);
	await page.mouse.down();
	await page.mouse.move(corner.x + 8, corner.y + 8 + 190, { steps: 4 });
	await page.mouse.up();
	await page.getByText(/Ô 2: .*cao 8/).waitFor();
	await page.getByRole('button', { name: 'Lưu', exact: true }).click();
	await page.waitForURL(address);
	await settled(page);
	await page.getByRole('button', { name: 'Tải cả bảng' }).click();
	const file = page.waitForEvent('download');
	await page.getByRole('menuitem', { name: 'Excel' }).click();
	assert.match((await file).suggestedFilename(), /^ho-so-qua-han.*\.xlsx$/);
	assert.deepEqual(complaints, []);
	await context.close();

	const other = await newPage(browser, { size: 'phone', scheme: 'dark', state: await signedIn(browser, 'leader') });
	await other.page.goto(address);
	await settled(other.page);
	await other.page.getByRole('list', { name: 'Hồ sơ giải quyết quá hạn' }).waitFor();
	await judge(other.page, 'a dashboard on a phone');
	await noSidewaysScroll(other.page, 'a dashboard on a phone');
	assert.deepEqual(other.complaints, []);
	await other.context.close();
});

everyLook(() => browser, { analyst: [`/pivot?indicator=${late}`, `/pivot?indicator=${late}&indicator=K766.X04&rows=indicator&grain=yearly&show=change_percent&boundaries=then`, '/pivot', '/dashboards'] });
