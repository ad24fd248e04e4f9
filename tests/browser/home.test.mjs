// What an officer owes, sent from the list itself: with a keyboard only, and on a phone.
import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import { judge, launch, newPage, noSidewaysScroll, settled, signedIn, url } from './browser.mjs';

let browser;
before(async () => {
	browser = await launch();
});
after(() => browser?.close());

/** The officer's home with its first line ready to be typed into. */
async function home(size) {
	const open = await newPage(browser, { size, state: await signedIn(browser, 'reporting_officer') });
	await open.page.goto(`${url}/`);
	await settled(open.page);
	await open.page.locator('input[data-quick]').first().waitFor();
	return open;
}

const lineOf = (page, name) => page.locator('li').filter({ has: page.getByRole('textbox', { name, exact: true }) });

it('one number is typed, checked and sent with the keyboard; it moves to what was sent, with its receipt', async () => {
	const { context, page, complaints } = await home('desk');
	const first = page.locator('input[data-quick]').first();
	const name = await first.getAttribute('aria-label');
	assert.equal(await first.getAttribute('inputmode'), 'decimal');
	await first.focus();
	await page.keyboard.type('12a');
	await lineOf(page, name).getByText('Bị từ chối').or(lineOf(page, name).getByText(/không phải là số|chưa phải|không đọc được/i)).first().waitFor();
	await page.keyboard.press('Enter');
	assert.equal(await first.getAttribute('aria-label'), name, 'what is no number is not sent');
	await page.keyboard.press('Control+a');
	await page.keyboard.type('7');
	await judge(page, 'a line being typed');
	const sending = page.waitForRequest((request) => request.method() === 'POST' && /deliveries\?all=true&spent=\d+$/.test(request.url()));
	await page.keyboard.press('Enter');
	const remark = page.getByRole('textbox', { name: `Giải thích: ${name.replace(/^Số liệu: /, '')}` });
	const receipt = page.getByRole('link', { name: /^biên nhận / });
	await remark.or(receipt).first().waitFor();
	if (await remark.isVisible()) {
		await page.keyboard.type('Đã kiểm tra lại');
		await page.keyboard.press('Enter');
	}
	await receipt.waitFor();
	await sending;
	await page.getByRole('textbox', { name, exact: true }).waitFor({ state: 'detached' });
	assert.ok(await page.evaluate(() => document.activeElement?.hasAttribute('data-quick')), 'the next line has the focus');
	await receipt.click();
	await page.waitForURL(/\/deliveries\//);
	await settled(page);
	assert.deepEqual(complaints, []);
	await context.close();
});

/** What is still owed depends on the hour: the first line in which so large a number is possible, but has to be explained. */
async function doubtful(page) {
	for (const field of await page.getByRole('textbox', { name: /^Số liệu: / }).all()) {
		const name = await field.getAttribute('aria-label');
		const line = lineOf(page, name);
		await field.fill('900');
		const asks = line.getByText('Cần giải thích');
		await asks.or(line.getByText('Chưa nhận được')).or(line.getByText('Sẵn sàng nộp')).first().waitFor();
		if (await asks.isVisible()) return { field, name, line };
		await field.fill('');
	}
	throw new Error('900 is doubtful nowhere');
}

it('on a phone a doubtful number asks for a remark before it is taken', async () => {
	const { context, page, complaints } = await home('phone');
	const { field, name, line } = await doubtful(page);
	await noSidewaysScroll(page, 'a line that needs a remark');
	await judge(page, 'a line that needs a remark');
	await line.getByRole('button', { name: /^Nộp: / }).click();
	const remark = line.getByRole('textbox', { name: /^Giải thích: / });
	assert.ok(await remark.evaluate((node) => node === document.activeElement), 'the remark has the focus');
	await page.keyboard.type('Ổ dịch lớn, đã xác minh');
	await page.keyboard.press('Enter');
	await page.getByRole('link', { name: /^biên nhận / }).waitFor();
	await page.getByRole('textbox', { name, exact: true }).waitFor({ state: 'detached' });
	assert.deepEqual(complaints, []);
	await context.close();
});
