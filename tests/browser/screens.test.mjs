// Every screen of the shell, the registry and the centre's keeping: opens without a complaint, passes axe, fits its width.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { judge, launch, newPage, noSidewaysScroll, settled, signedIn, url } from './browser.mjs';

let browser;
before(async () => {
	browser = await launch();
});
after(() => browser?.close());

const looks = [
	{ size: 'phone', language: 'vi', scheme: 'light' },
	{ size: 'desk', language: 'en', scheme: 'dark' },
	{ size: 'wall', language: 'vi', scheme: 'dark' },
];

const administrator = ['/', '/registry', '/registry/units', '/registry/units?view=list', '/registry/indicators', '/registry/indicators/new', '/registry/documents/import',
	'/units/56', '/units/56?tab=below', '/units/56?tab=facts', '/registry/units/56', '/registry/units/56?edit=1', '/registry/units/56?tab=history', '/accounts', '/accounts?new=1',
	'/tokens', '/tokens?new=1', '/journal', '/system', '/me', '/no-such-screen'];
const paths = { administrator, operator: ['/system'], leader: ['/', '/quality', '/quality?unit=SYT', '/quality?domain=D16&by=unit', '/coverage', '/coverage?domain=D16', '/coverage?indicator=D16.X1', '/coverage?unit=SYT&kind=yearly', '/me'], reporting_officer: ['/', '/units/22366', '/accounts'] };

for (const look of looks)
	describe(`${look.size}, ${look.language}, ${look.scheme}`, () => {
		for (const [role, list] of Object.entries(paths)) {
			// One tab walks through all screens of a role, as a person does.
			let tab;
			before(async () => {
				tab = await newPage(browser, { ...look, state: await signedIn(browser, role) });
			});
			after(() => tab?.context.close());
			for (const path of list)
				it(`${role} ${path}`, async () => {
					const { page, complaints, foreign } = tab;
					complaints.length = foreign.length = 0;
					await page.goto(url + path);
					await settled(page);
					assert.equal(await page.evaluate(() => document.documentElement.lang), look.language);
					await judge(page, path);
					await noSidewaysScroll(page, path);
					assert.deepEqual(complaints, []);
					assert.deepEqual(foreign, [], 'nothing comes from outside');
				});
		}
	});

it('says who can grant what a person may not open', async () => {
	const { context, page } = await newPage(browser, { state: await signedIn(browser, 'reporting_officer') });
	await page.goto(`${url}/accounts`);
	await page.getByText('Bạn chưa được cấp quyền xem mục này').waitFor();
	await context.close();
});
