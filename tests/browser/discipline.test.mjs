// The operator's Monday and what follows from it, through the screens: once as a story in the small province, where unit X1
// is late with everything; then every screen in the crowded one.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, it } from 'node:test';
import { everyLook, judge, launch, newPage, noSidewaysScroll, settled, signedIn, url } from './browser.mjs';

const small = process.env.HAIDANG_SMALL_URL;
const logins = Object.fromEntries(readFileSync(process.env.HAIDANG_SMALL_LOGINS, 'utf8').trim().split('\n').map((line) => {
	const [role, login, ...password] = line.split(' ');
	return [role, { login, password: password.join(' ') }];
}));

let browser;
before(async () => {
	browser = await launch();
});
after(() => browser?.close());

/** Somebody of the small province at a screen. */
async function at(role, path, look = {}) {
	const open = await newPage(browser, look);
	open.foreign.length = 0;
	const { page } = open;
	await page.goto(`${small}/sign-in`);
	await page.locator('input[autocomplete=username]').fill(logins[role].login);
	await page.locator('input[autocomplete=current-password]').fill(logins[role].password);
	await page.keyboard.press('Enter');
	await page.locator('main#main h1').waitFor();
	await page.goto(small + path);
	await settled(page);
	return open;
}

it('from the inspection to the ladder: compute, leave one out, issue; the unit acknowledges and appeals; the operator decides', async () => {
	const operator = await at('operator', '/discipline');
	const { page } = operator;
	await page.getByRole('button', { name: 'Kiểm tra ngay' }).click();
	const pick = (unit) => page.getByRole('checkbox', { name: `Nhắc ${unit}` });
	await pick('Xã Diên Khánh').waitFor();
	const before = await page.locator('input[type=checkbox]:checked').count();
	await judge(page, 'the week');

	await page.getByRole('button', { name: /^bằng chứng .*Xã Diên Khánh$/ }).click();
	await page.getByRole('list', { name: 'Bằng chứng' }).getByRole('link').first().waitFor();

	// With the keyboard: unticking asks why, and nothing is left out before that was said.
	await pick('Xã Cam Lâm').focus();
	await page.keyboard.press('Space');
	await page.getByRole('textbox', { name: /Vì sao không nhắc Xã Cam Lâm/ }).waitFor();
	assert.ok(await page.getByRole('button', { name: 'Bỏ ra' }).isDisabled());
	await page.getByRole('button', { name: `Phát hành ${before - 1} nhắc nhở` }).waitFor();
	await page.keyboard.type('Mất điện ba ngày do bão');
	await page.keyboard.press('Tab');
	await page.keyboard.press('Enter');
	await page.getByRole('textbox', { name: /Vì sao không nhắc Xã Cam Lâm/ }).waitFor({ state: 'detached' });
	await page.locator('q', { hasText: 'Mất điện ba ngày do bão' }).waitFor();
	assert.equal(await pick('Xã Cam Lâm').isChecked(), false);

	await page.getByRole('button', { name: `Phát hành ${before - 1} nhắc nhở` }).click();
	const dialog = page.getByRole('dialog');
	await dialog.getByText(/Xã Diên Khánh/).waitFor();
	await dialog.getByRole('button', { name: `Phát hành ${before - 1} nhắc nhở` }).click();
	await page.getByRole('heading', { name: `Đã phát hành: ${before - 1}` }).waitFor();
	assert.equal(await pick('Xã Diên Khánh').count(), 0, 'what was issued cannot be ticked');
	await pick('Xã Cam Lâm').waitFor();

	const unit = await at('reporting_officer', '/');
	await unit.page.getByRole('link', { name: /^Đã nhắc nhở 1\/3 trong năm/ }).waitFor();
	await judge(unit.page, 'the home of a unit that was reminded');
	await unit.page.getByRole('link', { name: 'Xem và xác nhận' }).click();
	await unit.page.getByRole('button', { name: 'Xác nhận đã nhận' }).click();
	await unit.page.getByText('Đơn vị xác nhận', { exact: true }).waitFor();
	await unit.page.getByRole('button', { name: 'Kiến nghị xem xét lại' }).click();
	await unit.page.getByRole('textbox', { name: /Vì sao nhắc nhở này không nên được tính/ }).fill('Đường truyền đứt hai ngày, có biên bản');
	await unit.page.getByRole('button', { name: 'Gửi kiến nghị' }).click();
	await unit.page.getByText('Đang kiến nghị').waitFor();
	await judge(unit.page, 'a reminder under appeal');
	const reminder = new URL(unit.page.url()).pathname;

	await page.goto(`${small}/ladder?unit=X1`);
	await page.getByRole('link', { name: /^Lần 1, nhắc nhở số/ }).waitFor();
	await page.goto(`${small}/reminders?state=appealed`);
	await page.getByRole('link', { name: 'Xã Diên Khánh' }).click();
	await page.getByText('Đường truyền đứt hai ngày').first().waitFor();
	await page.getByRole('textbox', { name: /Lý do/ }).fill('Biên bản đúng, chấp thuận');
	await judge(page, 'an appeal to decide');
	await page.getByRole('button', { name: 'Ghi quyết định' }).click();
	await page.getByText('Chấp thuận kiến nghị', { exact: true }).waitFor();
	assert.equal(new URL(page.url()).pathname, reminder);

	await page.goto(`${small}/ladder`);
	await settled(page);
	await page.getByRole('link', { name: 'Phường Nha Trang' }).waitFor();
	assert.equal(await page.getByRole('row').filter({ hasText: 'Xã Diên Khánh' }).getByRole('link', { name: /^Lần / }).count(), 0, 'what was annulled does not count');
	assert.equal(await page.getByRole('row').filter({ hasText: 'Phường Nha Trang' }).getByRole('link', { name: /^Lần 1, / }).count(), 1);

	await unit.page.goto(`${small}/discipline`);
	await unit.page.getByRole('heading', { name: /^Chưa bị nhắc nhở lần nào/ }).waitFor();
	await judge(unit.page, 'where a unit stands');
	assert.deepEqual([...operator.complaints, ...unit.complaints], []);
	await operator.context.close();
	await unit.context.close();
});

it('a nudge by hand: from the page of a unit to its own Today, once a day', async () => {
	const { context, page, complaints } = await newPage(browser, { state: await signedIn(browser, 'operator') });
	await page.goto(`${url}/units/22366`);
	await settled(page);
	const due = Number((await page.getByText(/^\d+ số liệu đến hạn trong ba ngày tới/).innerText()).split(' ')[0]);
	await page.getByRole('button', { name: 'Nhắc nhẹ Phường Nha Trang' }).click();
	await page.getByText(`Đã nhắc nhẹ ${due} số liệu`).waitFor();
	await page.getByText(/^đã nhắc nhẹ lúc/).waitFor();
	assert.equal(await page.getByRole('button', { name: 'Nhắc nhẹ Phường Nha Trang' }).count(), 0);
	await judge(page, 'a unit that was nudged');
	await page.goto(`${url}/coverage?unit=22366`);
	await page.getByText(/^đã nhắc nhẹ lúc/).waitFor();

	const unit = await newPage(browser, { size: 'phone', state: await signedIn(browser, 'reporting_officer') });
	await unit.page.goto(`${url}/`);
	await settled(unit.page);
	await unit.page.getByText(new RegExp(`nhắc nhẹ lúc .*: ${due} số liệu sắp đến hạn`)).waitFor();
	assert.ok(await unit.page.getByText('được nhắc nhẹ', { exact: true }).count() > 0, 'and each of them says so');
	await judge(unit.page, 'the home of a unit that was nudged');
	await noSidewaysScroll(unit.page, 'the home of a unit that was nudged');
	await unit.page.goto(`${url}/units/22366`);
	await settled(unit.page);
	assert.equal(await unit.page.getByRole('button', { name: /^Nhắc nhẹ/ }).count(), 0, 'who only reports does not nudge');
	assert.deepEqual([...complaints, ...unit.complaints], []);
	await context.close();
	await unit.context.close();
});

everyLook(() => browser, { operator: ['/discipline', '/discipline?by=rule', '/discipline?by=day', '/reminders', '/ladder', '/violations'], reporting_officer: ['/discipline', '/reminders', '/ladder'] });

it('a list that fails says so, and a refused one names who can grant it', async () => {
	const { context, page } = await newPage(browser, { state: await signedIn(browser, 'operator') });
	const problem = (status, detail) => ({ status, contentType: 'application/problem+json', body: JSON.stringify({ type: 'about:blank', title: 'Lỗi', status, detail }) });
	await page.route('**/api/v1/ladder*', (route) => route.fulfill(problem(403, 'Quản trị hệ thống có thể cấp quyền này')));
	await page.goto(`${url}/ladder`);
	await page.getByText('Quản trị hệ thống có thể cấp quyền này').waitFor();
	await page.route('**/api/v1/inspections*', (route) => route.fulfill(problem(422, 'Không đọc được danh sách')));
	await page.goto(`${url}/discipline`);
	await page.getByText('Không đọc được danh sách').waitFor({ timeout: 20_000 });
	await judge(page, 'a failure');
	await context.close();
});

it('a thousand units are still a list that can be read', async () => {
	const { context, page } = await newPage(browser, { size: 'phone', state: await signedIn(browser, 'operator') });
	const items = Array.from({ length: 1000 }, (_, i) => ({
		id: String(i + 1), unit: `U${i}`, unit_vi: `Đơn vị ${i}`, unit_en: `Unit ${i}`, week: '2026-W47', rule: '', state: 'draft', stands: false, late: 3, oldest: '2026-11-01T10:00:00Z', oldest_days: 15,
		cutoff: '2026-11-16T00:00:00Z', reviewed: null, year: 0, number: 0, issued: null, acknowledged: null, appealed: null, decided: null, upheld: false, withdrawn: null, evidence: [], count: 0, would_be: 1, would_reach: null,
	}));
	await page.route('**/api/v1/inspections*', (route) => route.fulfill({ json: { week: '2026-W47', cutoff: '2026-11-16T00:00:00Z', reminders: 1000, duties: 3000, issued: 0, items } }));
	await page.goto(`${url}/discipline`);
	await page.getByRole('button', { name: 'Phát hành 1.000 nhắc nhở' }).or(page.getByRole('button', { name: 'Phát hành 1000 nhắc nhở' })).waitFor();
	assert.ok(await page.getByRole('checkbox').count() <= 100, 'not all are drawn at once');
	await noSidewaysScroll(page, 'a thousand units');
	await context.close();
});
