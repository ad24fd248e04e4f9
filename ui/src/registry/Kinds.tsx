import { Link } from '@tanstack/react-router';
import { useTexts } from '../app/i18n';
import { may, useSession } from '../app/session';
import { Page, Panel } from '../base/Page';
import { EmptyState } from '../base/States';
import { groups, kinds } from './kinds';
import { Packs } from './Packs';
import css from './registry.module.css';

/** What the words of the centre mean: every kind of record it keeps. */
export default function Kinds() {
	const { t } = useTexts('registry');
	const session = useSession();
	const open = kinds.filter((kind) => may(session, 'read', kind.kind));
	return (
		<Page title={t('kinds.title')} lead={t('kinds.lead')}>
			{open.length === 0 && <EmptyState title={t('kinds.none')} text={t('kinds.noneText')} />}
			<div className={css.groups}>
				{groups.map((group) => {
					const of = open.filter((kind) => kind.group === group);
					return of.length > 0 && (
						<Panel key={group} flush title={t(`group.${group}`)}>
							<ul className={css.kinds}>
								{of.map((kind) => (
									<li key={kind.path}>
										<Link to={`/registry/${kind.path}` as never}>{t(`kind.${kind.path}.name`)}</Link>
										<span className="dim">{t(`kind.${kind.path}.text`)}</span>
									</li>
								))}
							</ul>
						</Panel>
					);
				})}
			</div>
			{may(session, 'create', 'pack') && <Packs />}
		</Page>
	);
}
