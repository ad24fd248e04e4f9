import { IconCheck, IconClock, IconAlertTriangle, IconMinus } from '@tabler/icons-react';
import { useTexts } from '../app/i18n';
import type { DeliveryRow, Mapping, RowStatus, Sheet, Skip } from './contract';
import { columnName, roleOf, rowKind, skipOf, spans } from './mapping';
import css from './SheetView.module.css';
import { useWords } from './words';

const marks: Record<RowStatus, typeof IconCheck> = { accepted: IconCheck, same: IconMinus, doubtful: IconClock, refused: IconAlertTriangle };

/** Their sheet as it is, coloured by how we read it, and by what became of each cell. */
export function SheetView({ sheet, mapping, skips, answers, column, row, onColumn, onRow }: {
	sheet: Sheet; mapping: Mapping; skips: Skip[]; answers: Map<string, DeliveryRow>;
	column?: number | null; row?: number | null; onColumn?: (column: number) => void; onRow?: (row: number) => void;
}) {
	const { t, finding } = useWords();
	const { language } = useTexts('collect');
	const width = Math.max(sheet.columns_total, ...sheet.rows.map((cells) => cells.length));
	const { at, hidden } = spans(sheet, sheet.rows.length);
	return (
		<div className={css.frame} tabIndex={0} role="region" aria-label={t('sheet.label', { name: sheet.name })}>
			<table className={css.sheet}>
				<thead>
					<tr>
						<th scope="col"><span className="sr">{t('sheet.row')}</span></th>
						{Array.from({ length: width }, (_, c) => {
							const role = roleOf(mapping, c);
							const text = <><b>{columnName(c)}</b><span>{t(`role.${role}`)}</span></>;
							return (
								<th key={c} scope="col" data-role={role} data-on={column === c || undefined}>
									{onColumn ? <button type="button" aria-pressed={column === c} onClick={() => onColumn(c)}>{text}</button> : text}
								</th>
							);
						})}
					</tr>
				</thead>
				<tbody>
					{sheet.rows.map((cells, r) => {
						const kind = rowKind(mapping, skips, r);
						const skip = skipOf(skips, r);
						const why = skip ? (language === 'en' ? skip.detail_en : skip.detail_vi) : undefined;
						return (
							<tr key={r} data-kind={kind} data-on={row === r || undefined}>
								<th scope="row" title={why}>
									{onRow ? <button type="button" aria-pressed={row === r} aria-label={t('sheet.rowNumber', { row: r + 1 })} onClick={() => onRow(r)}>{r + 1}</button> : r + 1}
								</th>
								{Array.from({ length: width }, (_, c) => {
									if (hidden.has(`${r}/${c}`)) return null;
									const span = at.get(`${r}/${c}`);
									const answer = answers.get(`${r}/${c}`);
									const Mark = answer && marks[answer.status];
									const said = answer?.problems.map(finding) ?? [];
									return (
										<td key={c} rowSpan={span?.rows} colSpan={span?.columns} data-role={kind === 'data' ? roleOf(mapping, c) : undefined} data-status={answer?.status}>
											{Mark && answer && <Mark size="0.875rem" aria-label={t(`row.${answer.status}`)} />}
											<span>{cells[c]}</span>
											{said.map((text) => <small key={text}>{text}</small>)}
										</td>
									);
								})}
								{why && kind !== 'data' && <td className={css.why}>{why}</td>}
							</tr>
						);
					})}
				</tbody>
			</table>
			{sheet.rows_total > sheet.rows.length && <p className={css.more}>{t('sheet.more', { count: sheet.rows_total - sheet.rows.length })}</p>}
		</div>
	);
}
