import { Link } from '@tanstack/react-router';
import { IconChevronRight } from '@tabler/icons-react';
import type { Exception } from '../app/contract';
import { useNames, useTexts } from '../app/i18n';
import { keyOf, wordsOf } from './exceptions';
import css from './Leader.module.css';

/** Each a sentence: what, since when, why, whose, and the way to the cells it rests on. */
export function ExceptionList({ items }: { items: Exception[] }) {
	const { t, language } = useTexts('operate');
	const { name } = useNames();
	return (
		<ol className={css.list}>
			{items.map((item) => {
				const words = wordsOf(item, t, language, name);
				return (
					<li key={keyOf(item)}>
						<Link to={item.href as never} className={css.one}>
							<strong>{words.what}</strong>
							<span className={css.fact}>{words.fact}</span>
							{words.worst && <span>{words.worst}</span>}
							{words.why && <span>{words.why}</span>}
							<span className={css.next}>{words.owner && <span>{words.owner}</span>}<span className={css.do}>{words.next}<IconChevronRight size="1rem" aria-hidden /></span></span>
						</Link>
					</li>
				);
			})}
		</ol>
	);
}
