// A second factor from end to end: the picture's key gives the code, the code opens the door, and it is taken away again.
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { after, before, it } from 'node:test';
import { judge, launch, newPage, people, settled, signIn, url } from './browser.mjs';

let browser;
before(async () => {
	browser = await launch();
});
after(() => browser?.close());

/** RFC 6238 with SHA-1, 30 seconds, six digits. */
function code(secret, step) {
	const bits = [...secret.replace(/=+$/, '')].map((letter) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0')).join('');
	const key = Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
	const counter = Buffer.alloc(8);
	counter.writeBigUInt64BE(BigInt(step));
	const mac = createHmac('sha1', key).update(counter).digest();
	const at = mac[19] & 15;
	return String((mac.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}

const stepNow = () => Math.floor(Date.now() / 30_000);

it('is enrolled with a code, asked for at the door and removed', async () => {
	const who = people.auditor;
	const { context, page, complaints } = await newPage(browser);
	await signIn(page, who);
	await page.goto(`${url}/me`);
	await settled(page);
	await page.getByRole('button', { name: 'Bật xác thực hai lớp' }).click();
	await page.getByRole('img', { name: /Mã QR/ }).waitFor();
	const uri = await page.getByRole('link', { name: /Mở bằng ứng dụng/ }).getAttribute('href');
	const secret = new URL(uri).searchParams.get('secret');
	assert.equal(secret, await page.locator('main code').innerText());
	await judge(page, 'the picture');
	const used = stepNow();
	await page.locator('input[autocomplete=one-time-code]').fill(code(secret, used));
	await page.keyboard.press('Enter');
	await page.getByText('đang bật').waitFor();
	await page.getByRole('main').getByRole('button', { name: 'Đăng xuất' }).click();

	await page.locator('input[autocomplete=username]').fill(who.login);
	await page.locator('input[autocomplete=current-password]').fill(who.password);
	await page.keyboard.press('Enter');
	await page.locator('input[autocomplete=one-time-code]').waitFor();
	// A code counts once: the next one, half a minute ahead, is within what the server allows a clock to be wrong.
	await page.locator('input[autocomplete=one-time-code]').fill(code(secret, used + 1));
	await page.keyboard.press('Enter');
	await page.locator('main#main h1').waitFor();

	await page.goto(`${url}/me`);
	await settled(page);
	await page.getByRole('button', { name: 'Bỏ xác thực hai lớp' }).click();
	const dialog = page.getByRole('dialog', { name: 'Bỏ xác thực hai lớp?' });
	await dialog.waitFor();
	await judge(page, 'the question');
	await page.keyboard.press('Escape');
	await dialog.waitFor({ state: 'detached' });
	await page.getByText('đang bật').waitFor();
	await page.getByRole('button', { name: 'Bỏ xác thực hai lớp' }).click();
	await dialog.getByRole('button', { name: 'Bỏ xác thực hai lớp' }).click();
	await page.getByRole('button', { name: 'Bật xác thực hai lớp' }).waitFor();
	assert.deepEqual(complaints, []);
	await context.close();
});
