import { Link } from '@tanstack/react-router';
import { type ReactNode, useEffect } from 'react';
import css from './Page.module.css';

export interface Crumb { text: string; to: string }

/** A screen: its title answers its question; the browser's tab and history carry it too. */
export function Page({ title, lead, crumbs, actions, children, narrow }: {
	title: string; lead?: ReactNode; crumbs?: Crumb[]; actions?: ReactNode; children: ReactNode; narrow?: boolean;
}) {
	useEffect(() => {
		document.title = `${title} · Hải Đăng`;
	}, [title]);
	return (
		<div className={css.page} data-narrow={narrow || undefined}>
			<header className={css.head}>
				<div className={css.words}>
					{crumbs && crumbs.length > 0 && (
						<nav className={css.crumbs} aria-label="breadcrumb">
							<ol>{crumbs.map((crumb) => <li key={crumb.to}><Link to={crumb.to as never}>{crumb.text}</Link></li>)}</ol>
						</nav>
					)}
					<h1 tabIndex={-1}>{title}</h1>
					{lead && <p className={css.lead}>{lead}</p>}
				</div>
				{actions && <div className={css.actions}>{actions}</div>}
			</header>
			{children}
		</div>
	);
}

/** A group of things on a screen, with its own heading. */
export function Panel({ title, actions, children, flush }: { title?: ReactNode; actions?: ReactNode; children: ReactNode; flush?: boolean }) {
	return (
		<section className={css.panel} data-flush={flush || undefined}>
			{(title || actions) && (
				<div className={css.panelHead}>
					{title && <h2>{title}</h2>}
					{actions && <div className={css.actions}>{actions}</div>}
				</div>
			)}
			{children}
		</section>
	);
}
