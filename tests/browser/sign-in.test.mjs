// Coming in and going out, with a keyboard only; what happens when the session ends or the network goes.
import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import { judge, launch, newPage, people, settled, signedIn, signIn, url } from './browser.mjs';

let browser;
before(async () => {
	browser = await launch();
});
after(() => browser?.close());

it('the door has no axe violation in any look', async () => {
	for (const [path, size, scheme, language] of [['/sign-in', 'phone', 'light', 'vi'], ['/sign-in', 'desk', 'dark', 'en'], ['/setup', 'phone', 'dark', 'vi'], ['/setup', 'desk', 'light', 'en']]) {
		const { context, page, complaints } = await newPage(browser, { size, scheme, language });
		await page.goto(url + path);
		await page.locator('form').waitFor();
		await judge(page, path);
		assert.deepEqual(complaints, []);
		await context.close();
	}
});

it('asks for the password, then goes where the person wanted, by keyboard alone', async () => {
	const { context, page } = await newPage(browser);
	await page.goto(`${url}/registry/units?view=list&q=nha+trang`);
	await page.locator('input[autocomplete=username]').waitFor();
	await page.locator('input[autocomplete=username]').focus();
	await page.keyboard.type(people.operator.login);
	await page.keyboard.press('Tab');
	await page.keyboard.type(people.operator.password);
	await page.keyboard.press('Enter');
	await page.waitForURL(`${url}/registry/units?view=list&q=nha+trang`);
	await settled(page);
	assert.match(await page.locator('tbody tr').first().innerText(), /Nha Trang/);
	await context.close();
});

it('says no in words, takes the focus there, and keeps the login', async () => {
	const { context, page } = await newPage(browser);
	await page.goto(`${url}/sign-in`);
	await page.locator('input[autocomplete=username]').fill('nobody.of.that.name');
	await page.locator('input[autocomplete=current-password]').fill('definitely wrong');
	await page.keyboard.press('Enter');
	const alert = page.getByRole('alert');
	await alert.waitFor();
	assert.ok(await alert.evaluate((node) => node === document.activeElement));
	assert.equal(await page.locator('input[autocomplete=username]').inputValue(), 'nobody.of.that.name');
	await context.close();
});

it('the first Tab skips to the content; ? lists the keys; Ctrl+K finds a unit without accents', async () => {
	const { context, page } = await newPage(browser, { state: await signedIn(browser, 'operator') });
	await page.goto(`${url}/`);
	await settled(page);
	await page.keyboard.press('Tab');
	assert.equal(await page.evaluate(() => document.activeElement.getAttribute('href')), '#main');
	await page.keyboard.press('Enter');
	assert.equal(await page.evaluate(() => document.activeElement.id), 'main');
	await page.keyboard.press('?');
	await page.getByRole('dialog').waitFor();
	await page.keyboard.press('Escape');
	await page.getByRole('dialog').waitFor({ state: 'detached' });
	await page.keyboard.press('Control+k');
	await page.getByRole('dialog').waitFor();
	await page.keyboard.type('phuong nha trang');
	await page.getByRole('option', { name: /Phường Nha Trang/ }).first().waitFor();
	await judge(page, 'the palette');
	await page.keyboard.press('Enter');
	await page.waitForURL(/\/units\//);
	await settled(page);
	assert.match(await page.locator('main h1').innerText(), /Nha Trang/);
	await context.close();
});

it('a session that ends while someone types asks again and loses nothing', async () => {
	const { context, page } = await newPage(browser);
	await signIn(page, people.operator);
	await page.goto(`${url}/registry/documents/new`);
	await settled(page);
	await page.locator('#field-code').fill('VB-THU-01');
	await context.clearCookies();
	await page.locator('#field-name_vi').fill('Văn bản thử');
	await page.evaluate(() => fetch('/api/v1/session', { method: 'DELETE', headers: { 'X-Haidang': '1' } }));
	for (const select of await page.locator('main select').all()) if (!(await select.inputValue())) await select.selectOption({ index: 1 });
	for (const field of await page.locator('main input[required]').all()) if (!(await field.inputValue())) await field.fill(/issued|date/.test((await field.getAttribute('id')) ?? '') ? '01/07/2025' : 'Thử');
	await page.getByRole('button', { name: 'Lưu' }).click();
	await page.getByRole('dialog', { name: 'Phiên làm việc đã hết hạn' }).waitFor();
	await page.getByRole('dialog').locator('input[autocomplete=current-password]').fill(people.operator.password);
	await page.keyboard.press('Enter');
	await page.getByRole('dialog').waitFor({ state: 'detached' });
	assert.equal(await page.locator('#field-code').inputValue(), 'VB-THU-01');
	await context.close();
});

it('keeps what is on screen when the centre cannot be reached, and says so', async () => {
	const { context, page } = await newPage(browser, { state: await signedIn(browser, 'leader') });
	await page.goto(`${url}/`);
	await settled(page);
	const before = await page.locator('main').innerText();
	await context.setOffline(true);
	await page.getByRole('status').filter({ hasText: /Mất mạng|Đang nối lại/ }).waitFor();
	assert.equal(await page.locator('main').innerText(), before);
	await context.setOffline(false);
	await page.getByRole('status').filter({ hasText: 'Trực tuyến' }).waitFor();
	await context.close();
});

it('signing out leaves nothing for the next person', async () => {
	const { context, page } = await newPage(browser);
	await signIn(page, people.leader);
	await page.goto(`${url}/me`);
	await settled(page);
	await page.getByRole('main').getByRole('button', { name: 'Đăng xuất' }).click();
	await page.locator('input[autocomplete=username]').waitFor();
	assert.equal((await context.cookies()).filter((cookie) => cookie.name === 'haidang_session' && cookie.value).length, 0);
	await page.goBack();
	await page.locator('input[autocomplete=username]').waitFor();
	await context.close();
});
