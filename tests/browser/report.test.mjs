// Reports: made from a template, previewed, saved, made now, fetched, addressed, changed, removed; and their looks.
import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import { everyLook, judge, launch, newPage, settled, signedIn, url } from './browser.mjs';

let browser;
before(async () => {
	browser = await launch();
});
after(() => browser?.close());

const code = `BC-${Date.now().toString(36)}`;

it('a report is made from a template, seen before it is saved, made now and fetched', async () => {
	const { context, page, complaints } = await newPage(browser, { state: await signedIn(browser, 'operator') });
	await page.goto(`${url}/reports`);
	await settled(page);
	await page.getByRole('link', { name: 'Lập báo cáo mới' }).click();
	await page.getByRole('button', { name: 'Dùng mẫu này: Trang số liệu tháng của xã, phường, đặc khu' }).click();
	await page.locator('#field-code').fill(code);
	await page.locator('#field-unit').fill('phuong nha trang');
	await page.getByRole('option', { name: /Phường Nha Trang/ }).first().click();
	const paper = page.frameLocator('iframe');
	await paper.getByText('Trang số liệu tháng của xã, phường, đặc khu').waitFor();
	await paper.getByText('Bảng 1. Giải quyết thủ tục hành chính').waitFor();

	await page.getByRole('button', { name: 'Thêm phần' }).click();
	await page.getByRole('menuitem', { name: 'Đoạn văn' }).click();
	await page.getByLabel('Lời văn').last().fill('Kính báo cáo về {unit}.');
	await paper.getByText('Kính báo cáo về Phường Nha Trang.').waitFor();
	await judge(page, 'the form');
	await page.getByRole('button', { name: 'Lưu', exact: true }).click();
	await page.waitForURL(`${url}/reports/${code}`);
	await settled(page);

	await page.getByRole('button', { name: 'Lập báo cáo', exact: true }).click();
	const link = page.getByRole('link', { name: /^PDF/ });
	await link.waitFor();
	const [download] = await Promise.all([page.waitForEvent('download'), link.click()]);
	assert.match(download.suggestedFilename(), new RegExp(`^${code}-\\d{4}-\\d{2}\\.pdf$`));
	await judge(page, 'the report');
	assert.deepEqual(complaints, []);
	await context.close();
});

it('a wrong report is refused with what is missing, and a change is seen', async () => {
	const { context, page } = await newPage(browser, { state: await signedIn(browser, 'operator') });
	await page.goto(`${url}/reports/${code}/edit`);
	await settled(page);
	await page.locator('#field-name_vi').fill('');
	await page.getByRole('button', { name: 'Lưu', exact: true }).click();
	await page.getByRole('alert').getByText('cần được điền').waitFor();
	await page.locator('#field-name_vi').fill('Trang của phường');
	await page.getByRole('button', { name: 'Bỏ phần 1', exact: true }).click();
	await page.getByRole('button', { name: 'Lưu', exact: true }).click();
	await page.getByRole('heading', { level: 1, name: 'Trang của phường' }).waitFor();
	await context.close();
});

everyLook(() => browser, { operator: ['/reports', '/reports/new', `/reports/${code}`, `/reports/${code}/edit`] });

it('who may only read finds no way to change; a removed report is gone', async () => {
	const { context, page } = await newPage(browser, { state: await signedIn(browser, 'leader') });
	await page.goto(`${url}/reports/${code}`);
	await settled(page);
	assert.equal(await page.getByRole('link', { name: 'Sửa' }).count(), 0);
	assert.equal(await page.getByRole('button', { name: 'Lập báo cáo', exact: true }).count(), 0);
	await context.close();
	const operator = await newPage(browser, { state: await signedIn(browser, 'operator') });
	await operator.page.goto(`${url}/reports/${code}`);
	await settled(operator.page);
	await operator.page.getByRole('button', { name: 'Gỡ', exact: true }).click();
	await operator.page.getByRole('dialog').getByRole('button', { name: 'Gỡ', exact: true }).click();
	await operator.page.waitForURL(`${url}/reports`);
	await settled(operator.page);
	assert.equal(await operator.page.getByRole('link', { name: 'Trang của phường' }).count(), 0);
	await operator.context.close();
});
