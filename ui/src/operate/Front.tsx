import { type ReactNode, useEffect } from 'react';
import { LanguageSwitch, SchemeSwitch } from '../app/ShellParts';
import { useTexts } from '../app/i18n';
import css from './Front.module.css';

/** The page before the door: a lighthouse and one small form. */
export function Front({ title, lead, children }: { title: string; lead: ReactNode; children: ReactNode }) {
	const { t } = useTexts('operate');
	useEffect(() => {
		document.title = `${title} · Hải Đăng`;
	}, [title]);
	return (
		<div className={css.front}>
			<div className={css.sea}>
				<img src="/icons/mark.svg" alt="" width="72" height="72" />
				<p className={css.name}>Hải Đăng</p>
				<p className={css.line}>{t('front.line')}</p>
			</div>
			<div className={css.side}>
				<div className={css.tools}><LanguageSwitch /><SchemeSwitch /></div>
				<main className={css.card}>
					<h1 tabIndex={-1}>{title}</h1>
					<p className="dim">{lead}</p>
					{children}
				</main>
			</div>
		</div>
	);
}
