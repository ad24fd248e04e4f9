import { UnstyledButton } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { Link, Navigate, Outlet, useRouter, useRouterState } from '@tanstack/react-router';
import { IconDots, IconKeyboard, IconLayoutSidebarLeftCollapse, IconLayoutSidebarLeftExpand, IconLogout, IconSearch } from '@tabler/icons-react';
import { lazy, Suspense, useContext, useEffect, useRef, useState } from 'react';
import { dayOf } from '../base/format';
import { recall, remember } from '../base/storage';
import { Clock, ConnectionMark, LanguageSwitch, SchemeSwitch } from './ShellParts';
import { useNames, useTexts } from './i18n';
import { live } from './live';
import { whenQuiet } from './quiet';
import { mayOpen, type Screen, screens } from './screens';
import { SessionContext, unitsOf, useEnded, useSession, useSignOut } from './session';
import css from './Shell.module.css';
import { useShortcuts } from './shortcuts';

const Palette = lazy(() => import('../base/CommandPalette'));
const KeysHelp = lazy(() => import('../base/KeysHelp'));
const SignInAgain = lazy(() => import('../operate/SignInAgain'));
const Asker = lazy(() => import('../base/Asker'));
const Toasts = lazy(() => import('../base/Toasts'));
const Updates = lazy(() => import('./Updates'));

/** Everything around a screen, for people who have signed in. */
export function Shell() {
	const session = useContext(SessionContext);
	const router = useRouter();
	// Where the person wanted to go; read once, because the way to the sign-in page is itself a change of address.
	const [here] = useState(() => router.state.location.href);
	if (!session) return <Navigate to="/sign-in" search={(here === '/' ? {} : { next: here }) as never} replace />;
	return <Inside />;
}

/** What is due turns late without an event: with a new day everything on screen is asked for again. */
function useNewDay(day: string) {
	const queries = useQueryClient();
	const shown = useRef(day);
	useEffect(() => {
		if (shown.current === day) return;
		shown.current = day;
		void queries.invalidateQueries({ predicate: (query) => query.queryKey[0] !== 'session' });
	}, [day, queries]);
}

function Inside() {
	const { t } = useTexts('app');
	const session = useSession();
	const queries = useQueryClient();
	const [folded, setFolded] = useState(() => recall('rail') === 'folded');
	const [ended, forget] = useEnded();
	const { palette, keys, open, close } = useShortcuts();
	// Their scripts would share the line with what the screen asks for.
	const [quiet, setQuiet] = useState(false);
	useEffect(() => whenQuiet(queries, () => setQuiet(true)), [queries]);
	useEffect(() => {
		live().start();
		return () => live().stop();
	}, [queries]);
	useNewDay(dayOf(session.now));
	const fold = () => {
		remember('rail', folded ? 'open' : 'folded');
		setFolded(!folded);
	};
	return (
		<div className={css.shell} data-folded={folded || undefined}>
			<a className={css.skip} href="#main">{t('shell.skip')}</a>
			<Rail folded={folded} fold={fold} openKeys={() => open('keys')} />
			<div className={css.column}>
				{session.demonstration && <p className={css.demonstration} role="note">{t('shell.demonstration')}</p>}
				<TopBar openPalette={() => open('palette')} />
				<main id="main" className={css.main} tabIndex={-1}>
					<Suspense fallback={null}>
						<Outlet />
					</Suspense>
				</main>
			</div>
			<BottomBar />
			<Suspense fallback={null}>
				{quiet && <><Toasts /><Asker /><Updates /></>}
				{palette && <Palette close={close} />}
				{keys && <KeysHelp close={close} />}
				{ended && <SignInAgain done={forget} />}
			</Suspense>
		</div>
	);
}

function TopBar({ openPalette }: { openPalette: () => void }) {
	const { t } = useTexts('app');
	const { name } = useNames();
	const session = useSession();
	const unit = unitsOf(session)[0];
	return (
		<header className={css.top}>
			<p className={css.where}>
				{unit ? <Link to="/units/$code" params={{ code: unit.code } as never}>{name(unit)}</Link> : <span>{name(session.centre)}</span>}
				{unit && name(unit) !== name(session.centre) && <span className={css.centre}>{name(session.centre)}</span>}
			</p>
			<UnstyledButton className={css.search} onClick={openPalette} aria-keyshortcuts="Control+K">
				<IconSearch size="1.125rem" aria-hidden />
				<span>{t('shell.search')}</span>
				<kbd>Ctrl K</kbd>
			</UnstyledButton>
			<Clock now={session.now} />
			<ConnectionMark />
			<LanguageSwitch />
			<SchemeSwitch />
			<Link to="/me" className={css.me} title={session.name}>
				<span aria-hidden>{initials(session.name)}</span>
				<span className="sr">{t('shell.me', { name: session.name })}</span>
			</Link>
		</header>
	);
}

function initials(name: string): string {
	const words = name.trim().split(/\s+/);
	return ((words.at(-2)?.[0] ?? '') + (words.at(-1)?.[0] ?? '')).toUpperCase();
}

function useOpenScreens(): Screen[] {
	const session = useSession();
	return screens.filter((screen) => screen.nav && mayOpen(screen, session));
}

function Place({ screen, compact, brief }: { screen: Screen; compact?: boolean; brief?: boolean }) {
	const { t } = useTexts('app');
	if (!screen.nav) return null;
	const { icon: Icon, text, short = text } = screen.nav;
	return (
		<Link
			to={screen.path as never}
			className={css.place}
			activeOptions={{ exact: screen.path === '/' }}
			activeProps={{ 'aria-current': 'page' } as object}
			title={compact ? t(text) : undefined}
		>
			<Icon size="1.375rem" stroke={1.6} aria-hidden />
			<span>{t(brief ? short : text)}</span>
		</Link>
	);
}

function Rail({ folded, fold, openKeys }: { folded: boolean; fold: () => void; openKeys: () => void }) {
	const { t } = useTexts('app');
	const places = useOpenScreens();
	const signOut = useSignOut();
	const Fold = folded ? IconLayoutSidebarLeftExpand : IconLayoutSidebarLeftCollapse;
	return (
		<nav className={css.rail} aria-label={t('shell.rail')}>
			<Link to="/" className={css.brand}>
				<img src="/icons/mark.svg" alt="" width="32" height="32" />
				<span>Hải Đăng</span>
			</Link>
			{(['work', 'centre'] as const).map((group) => (
				<ul key={group} className={css.places} aria-label={t(`nav.${group}`)}>
					{places.filter((screen) => screen.nav?.group === group).map((screen) => (
						<li key={screen.path}><Place screen={screen} compact={folded} /></li>
					))}
				</ul>
			))}
			<div className={css.foot}>
				<UnstyledButton className={css.place} onClick={openKeys} title={t('shell.keys')}>
					<IconKeyboard size="1.375rem" stroke={1.6} aria-hidden /><span>{t('shell.keys')}</span>
				</UnstyledButton>
				<UnstyledButton className={css.place} onClick={() => void signOut()} title={t('shell.signOut')}>
					<IconLogout size="1.375rem" stroke={1.6} aria-hidden /><span>{t('shell.signOut')}</span>
				</UnstyledButton>
				<UnstyledButton className={css.place} onClick={fold} aria-expanded={!folded} title={t(folded ? 'shell.unfold' : 'shell.fold')}>
					<Fold size="1.375rem" stroke={1.6} aria-hidden /><span>{t(folded ? 'shell.unfold' : 'shell.fold')}</span>
				</UnstyledButton>
			</div>
		</nav>
	);
}

function BottomBar() {
	const { t } = useTexts('app');
	const places = useOpenScreens();
	const signOut = useSignOut();
	const [more, setMore] = useState(false);
	const opener = useRef<HTMLButtonElement>(null);
	const here = useRouterState({ select: (state) => state.location.pathname });
	useEffect(() => setMore(false), [here]);
	const first = places.filter((screen) => screen.nav?.phone).slice(0, 4);
	const rest = places.filter((screen) => !first.includes(screen));
	return (
		<nav
			className={css.bottom}
			aria-label={t('shell.bottom')}
			onKeyDown={(event) => {
				if (event.key !== 'Escape' || !more) return;
				setMore(false);
				opener.current?.focus();
			}}
		>
			{more && (
				<ul className={css.more} id="more-places">
					{rest.map((screen) => <li key={screen.path}><Place screen={screen} /></li>)}
					<li><UnstyledButton className={css.place} onClick={() => void signOut()}><IconLogout size="1.375rem" stroke={1.6} aria-hidden /><span>{t('shell.signOut')}</span></UnstyledButton></li>
				</ul>
			)}
			<ul className={css.bar}>
				{first.map((screen) => <li key={screen.path}><Place screen={screen} brief /></li>)}
				<li>
					<UnstyledButton ref={opener} className={css.place} onClick={() => setMore(!more)} aria-expanded={more} aria-controls="more-places">
						<IconDots size="1.375rem" stroke={1.6} aria-hidden /><span>{t('shell.more')}</span>
					</UnstyledButton>
				</li>
			</ul>
		</nav>
	);
}
