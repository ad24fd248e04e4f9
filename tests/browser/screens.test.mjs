// Every screen of the shell, the registry and the centre's keeping: opens without a complaint, passes axe, fits its width.
import { after, before, it } from 'node:test';
import { everyLook, launch, newPage, signedIn, url } from './browser.mjs';

let browser;
before(async () => {
	browser = await launch();
});
after(() => browser?.close());

everyLook(() => browser, {
	administrator: ['/', '/registry', '/registry/units', '/registry/units?view=list', '/registry/indicators', '/registry/indicators/new', '/registry/documents/import', '/units/56', '/units/56?tab=below', '/units/56?tab=facts',
		'/registry/units/56', '/registry/units/56?edit=1', '/registry/units/56?tab=history', '/accounts', '/accounts?new=1', '/tokens', '/tokens?new=1', '/journal', '/system', '/me', '/no-such-screen'],
	operator: ['/system'],
	leader: ['/', '/quality', '/quality?unit=SYT', '/quality?domain=D16&by=unit', '/coverage', '/coverage?domain=D16', '/coverage?indicator=D16.X1', '/coverage?unit=SYT&kind=yearly', '/me'],
	reporting_officer: ['/', '/units/22366', '/accounts'],
});

it('says who can grant what a person may not open', async () => {
	const { context, page } = await newPage(browser, { state: await signedIn(browser, 'reporting_officer') });
	await page.goto(`${url}/accounts`);
	await page.getByText('Bạn chưa được cấp quyền xem mục này').waitFor();
	await context.close();
});
