// What browser tests share: one Chromium, people who have signed in, and the judgement of a page.
// HAIDANG_URL: where the centre is served.  HAIDANG_LOGINS: file of lines "role login password".
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { after, before, describe, it } from 'node:test';

const need = createRequire(new URL('../../ui/package.json', import.meta.url));
const { chromium } = need('playwright-core');
const axeSource = readFileSync(need.resolve('axe-core/axe.min.js'), 'utf8');

export const url = process.env.HAIDANG_URL;
if (!url || !process.env.HAIDANG_LOGINS) throw new Error('set HAIDANG_URL and HAIDANG_LOGINS');

/** role → { login, password } */
export const people = Object.fromEntries(
	readFileSync(process.env.HAIDANG_LOGINS, 'utf8').split('\n').map((line) => line.trim().split(/\s+/)).filter((words) => words.length >= 3)
		.map(([role, login, password]) => [role, { login, password }]),
);

export function launch() {
	return chromium.launch({
		executablePath: process.env.HAIDANG_CHROMIUM ?? '/usr/bin/chromium-headless-shell',
		args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
	});
}

export const widths = { phone: { width: 390, height: 844 }, desk: { width: 1440, height: 900 }, wall: { width: 3840, height: 2160 } };

/** A fresh browser profile that collects whatever a page complains about. */
export async function newPage(browser, { size = 'desk', language = 'vi', scheme = 'light', state } = {}) {
	const context = await browser.newContext({ viewport: widths[size], colorScheme: scheme, serviceWorkers: 'block', reducedMotion: 'reduce', storageState: state });
	await context.addInitScript(([lang, colours]) => {
		localStorage.setItem('haidang.language', lang);
		localStorage.setItem('haidang.scheme', colours);
	}, [language, scheme]);
	const page = await context.newPage();
	const complaints = [];
	page.on('pageerror', (error) => complaints.push(`error: ${error.message}`));
	page.on('console', (message) => {
		const from = message.location().url;
		// Asking who is signed in is answered 401 when nobody is; the browser logs every refusal.
		const nobody = from.endsWith('/api/v1/session') && message.text().includes('401');
		const blocked = message.text().includes('Service Worker registration blocked');
		if ((message.type() === 'error' || message.type() === 'warning') && !nobody && !blocked) complaints.push(`${message.type()}: ${message.text()} ${from}`);
	});
	const foreign = [];
	page.on('request', (request) => {
		if (!request.url().startsWith(url) && !/^(data|blob):/.test(request.url())) foreign.push(request.url());
	});
	return { context, page, complaints, foreign };
}

const kept = new Map();

/** The state of somebody's browser after signing in, made once for each role. */
export async function signedIn(browser, role) {
	if (!kept.has(role)) {
		const { context, page } = await newPage(browser);
		await signIn(page, people[role]);
		kept.set(role, await context.storageState());
		await context.close();
	}
	return kept.get(role);
}

export async function signIn(page, { login, password }) {
	await page.goto(`${url}/sign-in`);
	await page.locator('input[autocomplete=username]').fill(login);
	await page.locator('input[autocomplete=current-password]').fill(password);
	await page.keyboard.press('Enter');
	await page.locator('main#main h1').waitFor();
}

/** The page has stopped loading: the program is there, its title too, and nothing is a skeleton any more. */
export async function settled(page) {
	await page.locator('#root main').locator('h1, h2').first().waitFor();
	await page.waitForFunction(() => !document.querySelector('[aria-busy=true]'));
	await page.waitForTimeout(150);
}

/** The page without the answers that it brings, so that they are asked for; the service worker's copy is like that. */
export const alone = (page) => page.route(`${url}/`, async (route) => route.fulfill({ response: await route.fetch({ url: `${url}/index.html` }) }));

/** WCAG 2.2 AA as far as a program can see it. */
export async function judge(page, where) {
	if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(axeSource);
	const violations = await page.evaluate(async () => {
		// Wherever a page stands, a bar that sticks covers half of something; people scroll it clear, axe does not.
		const stuck = [...document.querySelectorAll('body *')].filter((one) => getComputedStyle(one).position === 'sticky');
		for (const one of stuck) one.style.position = 'static';
		const told = await globalThis.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'], resultTypes: ['violations'] });
		for (const one of stuck) one.style.position = '';
		return told.violations;
	});
	const found = violations.map((one) => `${one.id}: ${one.nodes.slice(0, 3).map((node) => `${node.target.join(' ')} ${node.failureSummary ?? ''}`.replaceAll('\n', ' ')).join(' | ')}`);
	assert.deepEqual(found, [], `axe on ${where}`);
}

export async function noSidewaysScroll(page, where) {
	const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
	assert.ok(over <= 0, `${where} scrolls sideways by ${over} px`);
}

const looks = [{ size: 'phone', language: 'vi', scheme: 'light' }, { size: 'desk', language: 'en', scheme: 'dark' }, { size: 'wall', language: 'vi', scheme: 'dark' }];

/**
 * Screens, role → paths, in every look: each opens without a complaint, passes axe, fits its width, takes nothing from outside.
 * One tab walks through all screens of a role, as a person does.  A wall shows the desk's page wider: axe has seen it.
 */
export function everyLook(browser, screens) {
	for (const look of looks)
		describe(`${look.size}, ${look.language}, ${look.scheme}`, () => {
			for (const [role, paths] of Object.entries(screens)) {
				let tab;
				before(async () => {
					tab = await newPage(browser(), { ...look, state: await signedIn(browser(), role) });
				});
				after(() => tab?.context.close());
				for (const path of paths)
					it(`${role} ${path}`, async () => {
						const { page, complaints, foreign } = tab;
						complaints.length = foreign.length = 0;
						await page.goto(url + path);
						await settled(page);
						assert.equal(await page.evaluate(() => document.documentElement.lang), look.language);
						if (look.size !== 'wall') await judge(page, path);
						await noSidewaysScroll(page, path);
						assert.deepEqual(complaints, []);
						assert.deepEqual(foreign, [], 'nothing comes from outside');
					});
			}
		});
}
