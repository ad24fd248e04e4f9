/* "Which indices do we live by?" */
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { answer, api } from '../app/api';
import type { IndexMove } from '../app/contract';
import { useNames, useTexts } from '../app/i18n';
import { formatDate } from '../base/format';
import { Page } from '../base/Page';
import { StatusPill, type Tone } from '../base/small';
import { EmptyState, Loaded } from '../base/States';
import { IndexNow } from '../operate/IndexTile';
import type { IndexSet } from './contract';
import css from './Index.module.css';

export const setTone: Record<IndexSet['status'], Tone> = { draft: 'quiet', consulting: 'wait', agreed: 'plain', promulgated: 'good', replaced: 'quiet' };

/** Sets by index, the version in force first. */
export function groupSets(sets: IndexSet[]): IndexSet[][] {
	const groups = new Map<string, IndexSet[]>();
	for (const set of sets) groups.set(set.index, [...(groups.get(set.index) ?? []), set]);
	return [...groups.values()].map((group) => group.sort((a, b) => Number(b.status === 'promulgated') - Number(a.status === 'promulgated') || b.valid_from.localeCompare(a.valid_from)));
}

export default function Indices() {
	const { t } = useTexts('analyze');
	const { name } = useNames();
	const indices = useQuery({ queryKey: ['indices'], queryFn: async () => (await answer(api.GET('/api/v1/indices'))).items });
	// The list stands without its numbers too.
	const moves = useQuery({ queryKey: ['indices', 'moves'], queryFn: () => answer(api.GET('/api/v1/index-moves')) });
	return (
		<Page title={t('index.listTitle')} lead={t('index.listLead')}>
			<Loaded query={indices} isEmpty={(items) => items.length === 0} empty={<EmptyState title={t('index.empty')} text={t('index.emptyText')} />}>
				{(items) => (
					<ul className={css.list}>
						{groupSets(items).map((group) => group[0] && (
							<li key={group[0].index}>
								<h2><Link to={`/indices/${encodeURIComponent(group[0].index)}` as never}>{name(group[0])}</Link></h2>
								<Now of={moves.data?.items.find((one) => one.code === group[0]?.index)} />
								<dl className={css.versions}>
									{group.map((set) => (
										<div key={set.code}>
											<dt><Link to={`/indices/${encodeURIComponent(set.index)}?version=${encodeURIComponent(set.version)}` as never}>{t('index.version')} {set.version}</Link></dt>
											<dd><StatusPill tone={setTone[set.status]}>{t(`setStatus.${set.status}`)}</StatusPill></dd>
											<dd className="dim">{t('index.from', { date: formatDate(set.valid_from) })}</dd>
											{set.demonstration && <dd className="dim">{t('index.demonstration')}</dd>}
										</div>
									))}
								</dl>
							</li>
						))}
					</ul>
				)}
			</Loaded>
		</Page>
	);
}

function Now({ of }: { of: IndexMove | undefined }) {
	return of ? <div className={css.now}><IndexNow of={of} /></div> : null;
}
