import { IconCornerUpLeft } from '@tabler/icons-react';
import { StatusPill } from '../base/small';
import { compareDecimals } from './decimal';
import css from './Entry.module.css';
import { type Problem, problemsOf, signature, understand, valueOf } from './grid';
import type { GridCell } from './useGrid';
import { toneOfCell, useWords } from './words';

/** The state of a cell and everything there is to say about it. */
export function CellMessages({ cell, readOnly, sure }: { cell: GridCell; readOnly: boolean; sure: () => void }) {
	const { t, number, messages } = useWords();
	const { row, typed, verdict, sum, returned } = cell;
	const own = problemsOf(row, typed);
	const doubtful = own.some((problem) => problem.kind === 'doubtful');
	const value = valueOf(row, typed);
	const off: Problem[] = sum !== null && value !== null && typed && compareDecimals(sum, value) !== 0 ? [{ kind: 'sum', sum }] : [];
	const said = typed ? messages([...own, ...off], verdict, signature(row, typed)) : [];
	const nothing = typed && understand(typed).kind === 'nothing';
	return (
		<div className={css.say} id={`say-${cell.key}`} aria-live="polite">
			<StatusPill tone={toneOfCell[cell.state]}>{t(`cell.${cell.state}`)}</StatusPill>
			{nothing && <span className="dim">{t('grid.noValue')}</span>}
			{said.map((text) => <span key={text} data-state={cell.state}>{text}</span>)}
			{sum !== null && off.length === 0 && <span className="dim">{t('grid.sum', { sum: number(sum) })}</span>}
			{doubtful && !readOnly && <button type="button" className={css.sure} onClick={sure}>{t('grid.sure')}</button>}
			{returned && <span className={css.returned}><IconCornerUpLeft size="0.875rem" aria-hidden /> {t('grid.returnedWith', { remark: returned.decision_remark || '–', value: number(returned.value ?? '') })}</span>}
		</div>
	);
}
