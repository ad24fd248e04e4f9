// A screen whose answer fails, is refused, or grows old: what happened, what is safe, what to do.
import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import { alone, judge, launch, newPage, settled, signedIn, url } from './browser.mjs';

let browser;
before(async () => {
	browser = await launch();
});
after(() => browser?.close());

const problem = (status, detail) => ({ status, contentType: 'application/problem+json', body: JSON.stringify({ type: 'about:blank', title: 'Lỗi', status, detail, request: 'thu-01' }) });

it('a failing answer says so with the number of the request, and a second try mends it', async () => {
	const { context, page } = await newPage(browser, { size: 'phone', scheme: 'dark', state: await signedIn(browser, 'operator') });
	await alone(page);
	await page.route('**/api/v1/overview*', (route) => route.fulfill(problem(500, 'Kho dữ liệu không trả lời')));
	await page.goto(`${url}/`);
	await page.getByText('Kho dữ liệu không trả lời').waitFor({ timeout: 20_000 });
	await page.getByText('thu-01').waitFor();
	await judge(page, 'a failure');
	await page.unroute('**/api/v1/overview*');
	await page.getByRole('button', { name: 'Thử lại' }).click();
	await page.getByText('Kho dữ liệu không trả lời').waitFor({ state: 'detached' });
	await settled(page);
	await context.close();
});

it('a refused answer names who can grant it', async () => {
	const { context, page } = await newPage(browser, { state: await signedIn(browser, 'operator') });
	await alone(page);
	await page.route('**/api/v1/overview*', (route) => route.fulfill(problem(403, 'Quản trị hệ thống có thể cấp quyền này')));
	await page.goto(`${url}/`);
	await page.getByText('Quản trị hệ thống có thể cấp quyền này').waitFor();
	await judge(page, 'a refusal');
	await context.close();
});

it('content stays when a newer answer fails, and says how old it is', async () => {
	const { context, page } = await newPage(browser, { state: await signedIn(browser, 'operator') });
	await page.goto(`${url}/`);
	await settled(page);
	const title = await page.locator('main h1').innerText();
	await page.route('**/api/v1/overview*', (route) => route.fulfill(problem(500, 'Kho dữ liệu không trả lời')));
	// Somebody comes back to a tab that lay in the background.
	await page.clock.install();
	await page.clock.fastForward('10:00');
	await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange', { bubbles: true })));
	await page.getByText(/^Số liệu lúc .* – chưa lấy được bản mới hơn/).waitFor({ timeout: 20_000 });
	assert.equal(await page.locator('main h1').innerText(), title);
	await judge(page, 'old content');
	await context.close();
});
