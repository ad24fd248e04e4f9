import type { ScoreBoard } from '../app/contract';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { answer, api } from '../app/api';
import { useTexts } from '../app/i18n';
import { Panel } from '../base/Page';
import { Overall } from './Score';

/** How good a unit's data are, on its own page; silent where there is nothing to score or to see. */
export function UnitScores({ unit }: { unit: string }) {
	const { t } = useTexts('operate');
	const board = useQuery({ queryKey: ['scores', { unit, by: 'domain' }], queryFn: () => answer(api.GET('/api/v1/scores', { params: { query: { unit, by: 'domain' } } })) as Promise<ScoreBoard> });
	if (!board.data || board.data.items.length === 0) return null;
	return (
		<Panel title={t('leader.quality')} actions={<Link to={`/quality?unit=${encodeURIComponent(unit)}` as never}>{t('quality.cells')}</Link>}>
			<Overall board={board.data} />
		</Panel>
	);
}
