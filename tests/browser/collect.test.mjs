// The way of a figure in: a stranger's own spreadsheet from drop to chart, and the same by the grid.
import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import { everyLook, judge, launch, newPage, settled, signedIn, url } from './browser.mjs';
import { xlsx } from './sheet.mjs';

let browser;
before(async () => {
	browser = await launch();
});
after(() => browser?.close());

const officer = async (look = {}) => newPage(browser, { ...look, state: await signedIn(browser, 'reporting_officer') });
const get = async (page, path) => {
	const answer = await page.request.get(url + path);
	assert.ok(answer.ok(), `${path}: ${answer.status()}`);
	return answer.json();
};
const grouped = (value) => {
	const [whole, fraction] = value.split('.');
	return whole.replace(/\B(?=(\d{3})+(?!\d))/g, '.') + (fraction ? `,${fraction}` : '');
};
const month = new Date(Date.now() + 7 * 3600e3).toISOString().slice(0, 7);

/** Plain monthly rows of the officer's unit, each with a value near the last one that no run before has sent. */
async function rowsToFill(page) {
	const session = await get(page, '/api/v1/session');
	const { unit, unit_vi: name } = session.roles[0];
	const grid = await get(page, `/api/v1/grid?unit=${unit}&period=${month}`);
	const totals = new Set(grid.rows.flatMap((row) => [...row.sum_of, ...(row.sum_of.length ? [row.indicator] : [])]));
	const divided = new Set(grid.rows.filter((row) => row.breakdown).map((row) => row.indicator));
	const step = BigInt(1 + (Date.now() % 97));
	const rows = grid.rows.filter((row) => row.period === month && !totals.has(row.indicator) && !divided.has(row.indicator) && row.history.length > 0).map((row) => {
		const [whole, fraction = ''] = row.history.at(-1).value.split('.');
		const digits = String(BigInt(whole + fraction) + step).padStart(fraction.length + 1, '0');
		return { ...row, next: fraction ? `${digits.slice(0, -fraction.length)}.${digits.slice(-fraction.length)}` : digits };
	});
	assert.ok(rows.length >= 5, `only ${rows.length} rows to fill`);
	return { unit, name, rows };
}

it('a stranger’s spreadsheet is read, corrected, answered, mended and charted', async () => {
	const { context, page, complaints } = await officer();
	await page.goto(`${url}/upload`);
	await settled(page);
	await judge(page, 'the drop');
	const { unit, name, rows } = await rowsToFill(page);
	const [wrong, odd, ...good] = rows;
	const kept = good.slice(0, 2);
	const layout = Array.from({ length: 8 }, () => String.fromCharCode(97 + Math.floor(Math.random() * 26))).join('');
	const [year, m] = month.split('-');
	const sheet = (mended) => xlsx('Biểu 01', [
		[`ỦY BAN NHÂN DÂN ${name.toUpperCase()}`],
		['BÁO CÁO SỐ LIỆU HẰNG THÁNG'],
		[`(Kèm theo báo cáo ngày 20/${m}/${year})`],
		[],
		['STT', 'Tên chỉ tiêu', `Đơn vị tính ${layout}`, 'Kỳ báo cáo', 'Số liệu', 'Ghi chú'],
		['(1)', '(2)', '(3)', '(4)', '(5)', '(6)'],
		...kept.map((row, i) => [i + 1, row.name_vi, row.measure_vi, `Tháng ${Number(m)}/${year}`, `${grouped(row.next)}${row.decimals > 0 ? '' : ',0'}`, 'theo sổ theo dõi']),
		[3, `${odd.name_vi.split(' ').slice(0, -1).join(' ')} ${layout}`, odd.measure_vi, `Tháng ${Number(m)}/${year}`, grouped(odd.next), 'theo sổ theo dõi'],
		[4, wrong.name_vi, wrong.measure_vi, `Tháng ${Number(m)}/${year}`, mended ? grouped(wrong.next) : 'hai mươi', 'theo sổ theo dõi'],
		[],
		['', '', '', '', 'NGƯỜI LẬP BIỂU'],
	], ['A1:F1', 'A2:F2', 'A3:F3']);
	const drop = (mended) => page.locator('input[type=file]').setInputFiles({ name: 'baocao.xlsx', mimeType: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', buffer: sheet(mended) });

	await drop(false);
	await page.getByRole('heading', { level: 1, name: 'Chúng tôi đọc tệp của bạn thế này' }).waitFor();
	await page.locator('[data-status=refused]').first().waitFor();
	await judge(page, 'the proposal');
	// A column's role by hand: away and back again.
	await page.getByRole('button', { name: /^F\s*Ghi chú/ }).click();
	await page.getByRole('group', { name: /^Cột F/ }).getByText('Bỏ qua').click();
	await page.getByRole('button', { name: /^F\s*Bỏ qua/ }).waitFor();
	await page.getByRole('group', { name: /^Cột F/ }).getByText('Ghi chú', { exact: true }).click();
	await page.getByRole('group', { name: /^Cột F/ }).getByRole('button', { name: 'Xong' }).click();
	// The text that nobody knows gets its meaning by search.
	const meaning = page.getByLabel(new RegExp(`${layout}” nghĩa là`));
	await meaning.fill(odd.indicator);
	await page.getByRole('option', { name: new RegExp(odd.indicator.replace('.', '\\.')) }).first().click();
	await page.waitForFunction(() => document.querySelectorAll('td[data-status=refused]').length === 1);
	await page.getByRole('button', { name: /^Nộp 3 số liệu/ }).click();

	await page.getByRole('heading', { name: 'Biên nhận' }).waitFor();
	await settled(page);
	assert.equal(await page.locator('td[data-status=accepted]').count(), 3);
	assert.match(await page.locator('td[data-status=refused]').innerText(), /không phải là số/);
	await judge(page, 'the result');
	const answer = await page.request.get(url + (await page.getByRole('link', { name: 'Tệp của tôi, có đánh dấu' }).getAttribute('href')));
	assert.equal(answer.headers()['content-type'], 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet');
	const first = new URL(page.url()).searchParams.get('delivery');

	// Mended and dropped again: known at once, and only the changed cell is taken.
	await drop(true);
	await page.waitForURL((address) => ![null, first].includes(address.searchParams.get('delivery')));
	await page.getByText('Mọi ô đã được nhận').waitFor();
	const again = await get(page, `/api/v1/deliveries/${new URL(page.url()).searchParams.get('delivery')}`);
	assert.deepEqual([again.accepted, again.same, again.refused], [1, 3, 0]);

	// And it can be seen.
	await page.goto(`${url}/indicators/${kept[0].indicator}?unit=${unit}&tab=table`);
	await page.locator('[role=img] canvas').waitFor();
	await page.getByRole('row', { name: new RegExp(`Tháng ${Number(m)}/${year}.*${grouped(kept[0].next).replaceAll('.', '\\.')}`) }).waitFor();
	assert.deepEqual(complaints, []);
	await context.close();
});

it('figures typed and pasted in the grid are checked, kept as drafts, sent, and charted', async () => {
	const { context, page, complaints } = await officer();
	const { unit, rows } = await rowsToFill(page);
	const [one, two] = rows.slice(-2);
	await page.goto(`${url}/entry?unit=${unit}&period=${month}`);
	await settled(page);
	const cell = (row, column = 'Số liệu') => page.getByRole('grid').getByLabel(new RegExp(`^${column}: ${row.name_vi.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}, `));
	const state = (row) => page.getByRole('row').filter({ has: page.getByLabel(new RegExp(`^Số liệu: ${row.name_vi.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}, `)) }).locator('[data-column=state]');
	const find = page.getByRole('textbox', { name: 'Tìm chỉ tiêu' });

	await find.fill(one.name_vi);
	await cell(one).click();
	await page.keyboard.type('chín mươi');
	await page.keyboard.press('Enter');
	await state(one).getByText('Đây không phải là số').waitFor();
	await page.keyboard.press('Control+Home');
	await cell(one).focus();
	await page.keyboard.press('Control+Z');
	for (let presses = 0; presses < 12 && (await cell(one).inputValue()).includes('m'); presses++) await page.keyboard.press('Control+Z');
	assert.doesNotMatch(await cell(one).inputValue(), /mươi/);

	// A block with names lands by name, wherever the cursor stands.
	await find.fill('');
	await page.waitForFunction((n) => Number(document.querySelector('[role=grid]')?.getAttribute('aria-rowcount')) > n, 3);
	await page.getByRole('grid').locator('input[data-column=value]').first().click();
	await page.evaluate((text) => {
		const data = new DataTransfer();
		data.setData('text/plain', text);
		document.activeElement.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));
	}, [two, one].map((row) => `${row.name_vi}\t${grouped(row.next)}${row.decimals > 0 ? '' : ',0'}`).join('\r\n'));
	for (const row of [one, two]) {
		await find.fill(row.name_vi);
		await cell(row).waitFor();
		assert.equal(await cell(row).inputValue(), grouped(row.decimals > 0 ? row.next : `${row.next}.0`), 'shown back as understood');
		await cell(row, 'Giải thích').fill('theo sổ theo dõi');
		await state(row).getByText('Sẵn sàng nộp').waitFor();
	}
	await page.getByText(/tự lưu \d\d:\d\d/).waitFor();
	await judge(page, 'the grid');

	// A closed browser loses nothing.
	await page.goto(`${url}/entry?unit=${unit}&period=${month}&q=${encodeURIComponent(one.name_vi)}`);
	await settled(page);
	await state(one).getByText('Sẵn sàng nộp').waitFor();
	await cell(one).focus();
	await page.keyboard.press('Control+Enter');
	await page.getByRole('heading', { name: 'Biên nhận' }).waitFor();
	await judge(page, 'the receipt');

	const figures = await get(page, `/api/v1/figures?indicator=${one.indicator}&unit=${unit}&from=${month}&breakdown=`);
	assert.equal(Number(figures.items.at(-1).value), Number(one.next));
	await page.goto(`${url}/figures/${figures.items.at(-1).id}`);
	await page.getByText('nhập trong bảng').first().waitFor();
	await judge(page, 'the lineage');
	await page.goto(`${url}/indicators/${one.indicator}?unit=${unit}&tab=table`);
	await page.locator('[role=img] canvas').waitFor();
	await page.getByRole('row', { name: new RegExp(grouped(one.next).replaceAll('.', '\\.')) }).first().waitFor();
	assert.deepEqual(complaints, []);
	await context.close();
});

it('an approver returns a figure with a remark, and the unit reads it at the cell', async () => {
	const { context, page } = await newPage(browser, { state: await signedIn(browser, 'approver') });
	await page.goto(`${url}/approvals`);
	await settled(page);
	const boxes = page.locator('input[data-figure]');
	await boxes.first().focus();
	const id = await boxes.first().getAttribute('data-figure');
	await page.keyboard.press('Space');
	await page.keyboard.press('r');
	await page.getByLabel('Vì sao trả lại?').fill('Kiểm tra lại đơn vị tính');
	await judge(page, 'approvals');
	await page.getByRole('button', { name: 'Trả lại 1 số liệu' }).click();
	await page.locator(`input[data-figure="${id}"]`).waitFor({ state: 'detached' });
	const figure = await get(page, `/api/v1/figures/${id}`);
	assert.deepEqual([figure.status, figure.decision_remark], ['returned', 'Kiểm tra lại đơn vị tính']);
	await page.goto(`${url}/figures/${id}`);
	await page.getByText('Kiểm tra lại đơn vị tính').first().waitFor();
	await context.close();
});

everyLook(() => browser, { reporting_officer: ['/entry', '/upload', '/deliveries'], approver: ['/approvals'] });
