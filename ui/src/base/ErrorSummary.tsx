import { useEffect, useRef } from 'react';
import { ApiProblem, Unreachable } from '../app/api';
import { useTexts } from '../app/i18n';
import css from './ErrorSummary.module.css';

export interface Mistake { at: string; detail: string }

/** Name of the field that a problem is about: "/name_vi" and "name_vi" are the same. */
export function fieldOf(at: string): string {
	return at.replace(/^#?\//, '').split('/')[0] ?? '';
}

export function mistakesOf(error: unknown): Mistake[] {
	return error instanceof ApiProblem ? (error.problem.errors ?? []) : [];
}

/** What is wrong with a form, in one place; it takes the focus so that nobody has to look for it. */
export function ErrorSummary({ error, labels }: { error: unknown; labels?: Record<string, string> }) {
	const { t } = useTexts('base');
	const box = useRef<HTMLDivElement>(null);
	useEffect(() => {
		if (error) box.current?.focus();
	}, [error]);
	if (!error) return null;
	const mistakes = mistakesOf(error);
	return (
		<div ref={box} tabIndex={-1} role="alert" className={css.box}>
			<strong>{error instanceof Unreachable ? t('unreachable.title') : error instanceof Error ? error.message : t('failed.title')}</strong>
			{error instanceof Unreachable && <p>{t('unreachable.kept')}</p>}
			{mistakes.length > 0 && (
				<ul>
					{mistakes.map((mistake, i) => {
						const name = fieldOf(mistake.at);
						return (
							<li key={i}>
								{labels?.[name] ? <a href={`#field-${name}`}>{labels[name]}</a> : mistake.at}: {mistake.detail}
							</li>
						);
					})}
				</ul>
			)}
		</div>
	);
}
