/* What runs before the first paint and before the program is here (vite.first.ts makes it /first.js): the colours and the
 * language this device was left with; the answers that came with the page, or else the first questions to the server,
 * which the program takes (api.ts); and the leader's exceptions, drawn at once from such answers. */
import page from '../base/Page.module.css';
import { type Language, nameIn, type Named } from '../base/format';
import { leader as en } from '../operate/en.json';
import { wordsOf } from '../operate/exceptions';
import { leadOf } from '../operate/lead';
import list from '../operate/Leader.module.css';
import { leader as vi } from '../operate/vi.json';
import type { Exceptions, Session } from './contract';
import shell from './Shell.module.css';
import { shell as shellEn } from './en.json';
import { shell as shellVi } from './vi.json';

const root = document.documentElement;
let scheme: string | null = null;
let kept: string | null = null;
try {
	scheme = localStorage.getItem('haidang.scheme');
	kept = localStorage.getItem('haidang.language');
} catch {
	// Storage may be closed; the defaults below hold.
}
if (scheme !== 'light' && scheme !== 'dark') scheme = matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
root.setAttribute('data-mantine-color-scheme', scheme);
const language: Language = kept === 'en' ? 'en' : 'vi';
root.lang = language;

const asked: Record<string, Promise<Response>> = (globalThis.haidangAsked = {});
const brought = document.getElementById('answers')?.textContent;
if (brought) take(JSON.parse(brought) as Record<string, unknown>);
else void askAll();

function take(answers: Record<string, unknown>): void {
	for (const [path, body] of Object.entries(answers)) asked[path] = Promise.resolve(Response.json(body));
	const exceptions = answers['/api/v1/exceptions'] as Exceptions | undefined;
	const session = answers['/api/v1/session'] as Session | undefined;
	if (session) askFor(session);
	if (!exceptions || !session) return;
	// The body is whole, the program's scripts have not begun.
	document.addEventListener('readystatechange', () => draw(exceptions, session), { once: true });
}

function ask(path: string): Promise<Response> {
	return (asked[path] = fetch(path, { credentials: 'same-origin', headers: { 'Accept-Language': language } }));
}

/** Not waited for here: whoever takes the answer sees how it went. */
function askFor(session: Session): void {
	for (const path of session.first) if (!asked[path]) ask(path).catch(() => undefined);
}

async function askAll(): Promise<void> {
	try {
		const answer = await ask('/api/v1/session');
		if (!answer.ok || location.pathname !== '/') return;
		askFor((await answer.clone().json()) as Session);
	} catch {
		// No answer: the program finds that out by the same promise.
	}
}

const texts = language === 'en' ? { leader: en, shell: shellEn } : { leader: vi, shell: shellVi };

/** The texts' own rules for values and plurals, as far as these few need them. */
function t(key: string, values: Record<string, unknown> = {}): string {
	const find = (name: string) => name.split('.').reduce<unknown>((at, part) => (at as Record<string, unknown> | undefined)?.[part], texts);
	const text = find(key) ?? find(`${key}_${language === 'en' && values.count === 1 ? 'one' : 'other'}`);
	return String(text).replace(/\{\{(\w+)\}\}/g, (_, name: string) => String(values[name]));
}

const name = (thing: Named | null | undefined) => nameIn(language, thing);

function element(kind: string, className: string | undefined, ...inside: (Node | string)[]): HTMLElement {
	const made = document.createElement(kind);
	if (className) made.className = className;
	made.append(...inside.filter((part) => part !== ''));
	return made;
}

function draw(exceptions: Exceptions, session: Session): void {
	const items = exceptions.items.map((item) => {
		const words = wordsOf(item, t, language, name);
		const link = element('a', list.one, element('strong', '', words.what), element('span', list.fact, words.fact), ...[words.worst, words.why].map((text) => text && element('span', '', text)),
			element('span', list.next, words.owner && element('span', '', words.owner), element('span', list.do, `${words.next} ›`)));
		link.setAttribute('href', item.href);
		return element('li', '', link);
	});
	const lead = leadOf(session, exceptions, 'leader.asOf', t, language, name);
	const of = exceptions.found > items.length && element('small', list.of, t('leader.of', { found: exceptions.found }));
	const five = element('section', page.panel, element('div', page.panelHead, element('h2', '', t('leader.five', { count: items.length }), ' ', of || '')), element('ol', list.list, ...items));
	five.dataset.flush = 'true';
	const none = element('section', page.panel, element('div', page.panelHead, element('h2', '', t('leader.none'))), element('p', 'dim', t('leader.noneText')));
	const main = element('main', shell.main, element('div', page.page, element('header', page.head, element('div', page.words, element('h1', '', t('leader.title')), element('p', page.lead, lead))), element('div', list.day, items.length ? five : none)));
	const view = element('div', '', session.demonstration ? element('p', shell.demonstration, t('shell.demonstration')) : '', element('div', ''), main);
	view.id = 'first';
	document.body.prepend(view);
}
