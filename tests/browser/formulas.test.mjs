// How a number is computed, and what raises an index: typed with suggestions, tried out, sent as an address.
import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import { everyLook, judge, launch, newPage, settled, signedIn, url } from './browser.mjs';

let browser;
before(async () => {
	browser = await launch();
});
after(() => browser?.close());

const person = async (role, look = {}) => newPage(browser, { ...look, state: await signedIn(browser, role) });

it('a formula is written with the keyboard alone, its fault underlined, its result at once', async () => {
	const { context, page, complaints } = await person('operator');
	// On the first days of a month the last one has no figures yet.
	const now = new Date();
	await page.goto(`${url}/indicators/K766.R03/formula?period=${new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - 2, 15)).toISOString().slice(0, 7)}`);
	await settled(page);
	const field = page.getByRole('textbox', { name: 'Công thức', exact: true });
	await field.fill('');
	await field.pressSequentially('tổn');
	await page.getByRole('option', { name: /^tổng / }).waitFor();
	await page.keyboard.press('Enter');
	assert.equal(await field.inputValue(), 'tổng(');
	await field.pressSequentially('[K766.X0');
	await page.getByRole('option', { name: /K766\.X04/ }).waitFor();
	for (let i = 0; i < 12 && !/X04/.test(await page.locator('[role=option][aria-selected=true]').innerText()); i++) await page.keyboard.press('ArrowDown');
	await page.keyboard.press('Tab');
	assert.equal(await field.inputValue(), 'tổng([K766.X04]');
	await field.pressSequentially('; đơn vị: cấp xã');
	await page.keyboard.press('Escape');
	await page.getByRole('alert').filter({ hasText: 'Chưa đúng' }).waitFor();
	await judge(page, 'a fault');
	await field.pressSequentially('; thiếu: bỏ qua) / tổng([K766.X06]; đơn vị: cấp xã; thiếu: bỏ qua)');
	await page.keyboard.press('Escape');
	await page.getByRole('alert').filter({ hasText: 'hãy nhân với 100' }).waitFor();
	await field.pressSequentially(' * 100');
	await page.getByRole('heading', { name: 'Các bước tính' }).waitFor();
	assert.equal(await page.getByRole('alert').count(), 0);
	await page.getByRole('link', { name: /^Mở số liệu/ }).first().click();
	await page.waitForURL(/\/figures\//);
	assert.deepEqual(complaints, []);
	await context.close();
});

it('a derived figure leads to the figures it came from', async () => {
	const { context, page } = await person('leader');
	const listed = await (await page.request.get(`${url}/api/v1/figures?indicator=K766.R03&limit=1`)).json();
	await page.goto(`${url}/figures/${listed.items[0].id}`);
	await settled(page);
	await page.getByText(/Hệ thống tính ra/).first().waitFor();
	await page.locator('summary').first().click();
	await judge(page, 'a derived figure');
	await page.locator('details a').first().click();
	await page.getByRole('heading', { name: 'Biên nhận' }).waitFor();
	await context.close();
});

it('what if: a slider moves the points, and the address carries it', async () => {
	const { context, page } = await person('leader');
	await page.goto(`${url}/indices`);
	await settled(page);
	await page.getByRole('link', { name: 'Bộ chỉ số 766', exact: true }).click();
	await settled(page);
	const slider = page.getByRole('slider', { name: /Tỷ lệ hồ sơ cấp xã nộp trực tuyến/ });
	await slider.focus();
	await page.keyboard.press('End');
	await page.waitForURL(/if=4\.2/);
	await settled(page);
	const text = await page.getByText(/Nếu như đã thử/).innerText();
	assert.match(text, /\(\+(?!0,00)/);
	await page.reload();
	await page.getByText(text).waitFor();
	await page.getByRole('button', { name: 'Bỏ các giá trị thử' }).click();
	await page.waitForURL((at) => !at.searchParams.has('if'));
	await context.close();
});

it('the cheapest gains are named, and tried with one press', async () => {
	const { context, page } = await person('leader');
	await page.goto(`${url}/indices/I766?period=2026-09&want=0.5`);
	await settled(page);
	await page.getByText(/Các việc được chọn tăng|Chỉ tăng được/).waitFor();
	await page.getByRole('button', { name: 'Thử các việc được chọn' }).click();
	await page.getByText(/Nếu như đã thử/).waitFor();
	await context.close();
});

everyLook(() => browser, { operator: ['/indices', '/indices/I766?period=2026-09&beside=DT', '/indices/DT1', '/indicators/K766.R03?tab=formula', '/indicators/K766.X01?tab=formula', '/indicators/K766.R03/formula'] });
