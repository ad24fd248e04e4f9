// What the figures say: found without accents, charted, compared, exported, and sent to a colleague as an address.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, it } from 'node:test';
import { everyLook, judge, launch, newPage, settled, signedIn, url } from './browser.mjs';

let browser;
before(async () => {
	browser = await launch();
});
after(() => browser?.close());

const analyst = async (look = {}) => newPage(browser, { ...look, state: await signedIn(browser, 'analyst') });
const code = 'K766.X01';

it('an indicator is found without accents, and the search is in the address', async () => {
	const { context, page } = await analyst();
	await page.goto(`${url}/indicators`);
	await settled(page);
	await page.getByRole('textbox', { name: /Tìm theo tên/ }).fill('ho so truc tuyen');
	await page.waitForURL(/q=ho/);
	await page.getByRole('link', { name: 'Hồ sơ tiếp nhận trực tuyến', exact: true }).click();
	await page.waitForURL(`${url}/indicators/${code}`);
	await page.goBack();
	await settled(page);
	assert.equal(await page.getByRole('textbox', { name: /Tìm theo tên/ }).inputValue(), 'ho so truc tuyen');
	await context.close();
});

it('facets narrow the list and are kept when the page is loaded again', async () => {
	const { context, page } = await analyst();
	await page.goto(`${url}/indicators?period=daily`);
	await settled(page);
	const heading = page.getByRole('heading', { level: 2, name: /^\d+ chỉ tiêu/ });
	const before = await heading.innerText();
	await page.getByRole('checkbox', { name: /^Cấp xã/ }).check();
	await page.waitForURL(/scope=commune/);
	await page.waitForFunction((text) => document.querySelector('main h2')?.textContent !== text, before);
	const narrowed = await heading.innerText();
	await page.reload();
	await settled(page);
	assert.equal(await heading.innerText(), narrowed);
	await context.close();
});

it('units are compared, exact numbers leave as CSV, the picture as PNG, the view as an address', async () => {
	const { context, page, complaints } = await analyst();
	await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: url });
	await page.goto(`${url}/indicators/${code}`);
	await settled(page);
	await page.locator('[role=img] canvas').waitFor();
	const add = page.getByRole('button', { name: /^So sánh (Phường|Xã|Đặc khu)/ });
	await add.first().click();
	await page.waitForURL(/unit=/);
	await add.first().click();
	await page.waitForURL(/unit=.*unit=/);
	await page.locator('[role=img] canvas').waitFor();
	await settled(page);

	const unit = new URL(page.url()).searchParams.getAll('unit')[0];
	const [csv] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'CSV', exact: true }).click()]);
	const text = await readFile(await csv.path(), 'utf8');
	const figures = await (await page.request.get(`${url}/api/v1/figures?indicator=${code}&unit=${unit}&breakdown=&limit=5000`)).json();
	const { period, value } = figures.items.at(-1);
	const lines = text.split('\r\n');
	assert.ok(lines[0].includes(`(${unit})`));
	assert.ok(lines.find((line) => line.startsWith(`${period},`))?.split(',').includes(value), 'the exact text of the server');
	const [png] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Ảnh PNG' }).click()]);
	const picture = await readFile(await png.path());
	assert.equal(picture.subarray(1, 4).toString(), 'PNG');
	assert.ok(picture.length > 5000, 'the picture is not empty');

	await page.getByRole('button', { name: 'Sao chép liên kết' }).click();
	await page.getByText('Đã sao chép liên kết').waitFor();
	const link = await page.evaluate(() => navigator.clipboard.readText());
	assert.match(link, /as_of=\d{4}-/);
	await page.goto(link);
	await page.getByText(/Số liệu như đã biết lúc/).waitFor();
	await page.locator('[role=img] canvas').waitFor();
	assert.deepEqual(complaints, []);
	await context.close();
});

it('a number in the ranking leads to where it comes from', async () => {
	const { context, page } = await analyst();
	await page.goto(`${url}/indicators/${code}`);
	await settled(page);
	await page.getByRole('link', { name: /xem nguồn gốc/ }).first().click();
	await page.waitForURL(/\/figures\//);
	await page.getByRole('heading', { name: 'Từ đâu ra con số này' }).waitFor();
	await page.getByRole('heading', { name: 'Biên nhận' }).waitFor();
	await judge(page, 'the lineage');
	await context.close();
});

it('what does not exist says so', async () => {
	const { context, page } = await analyst();
	await page.goto(`${url}/indicators/KHONG-CO`);
	await page.getByText('Không tìm thấy').waitFor();
	await context.close();
});

everyLook(() => browser, { analyst: ['/indicators', `/indicators/${code}`, `/indicators/${code}?chart=bar&tab=table`, `/indicators/${code}?tab=corrections`, `/indicators/${code}?tab=about`] });
