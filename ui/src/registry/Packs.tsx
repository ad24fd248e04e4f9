import { Button } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { answer, api } from '../app/api';
import type { Pack } from '../app/contract';
import { useNames, useTexts } from '../app/i18n';
import { ErrorSummary } from '../base/ErrorSummary';
import { notify } from '../base/notify';
import { Panel } from '../base/Page';
import { StatusPill } from '../base/small';
import { Loaded } from '../base/States';
import css from './registry.module.css';

/** Content that comes with the program: domains, indicators, units of a province.  Installing again brings it up to date. */
export function Packs() {
	const { t } = useTexts('registry');
	const available = useQuery({ queryKey: ['packs', 'available'], queryFn: async () => (await answer(api.GET('/api/v1/packs/available'))).items });
	return (
		<Panel flush title={t('packs.title')}>
			<Loaded query={available} rows={3}>
				{(packs) => <ul className={css.packs}>{packs.map((pack) => <One key={pack.code} pack={pack} />)}</ul>}
			</Loaded>
		</Panel>
	);
}

function One({ pack }: { pack: Pack }) {
	const { t } = useTexts('registry');
	const { name, label } = useNames();
	const queries = useQueryClient();
	const install = useMutation({
		mutationFn: () => answer(api.POST('/api/v1/packs/{code}/install', { params: { path: { code: pack.code } } })),
		onSuccess: async (result) => {
			void notify({ text: t('packs.done', { created: result.created, changed: result.changed }) });
			await queries.invalidateQueries();
		},
	});
	// What is not told is not guessed.
	const { installed } = pack;
	const current = installed === pack.version;
	const what = installed ? (current ? 'again' : 'update') : 'install';
	return (
		<li>
			<div className={css.grow}>
				<strong>{name(pack)}</strong> <span className="dim">{pack.version}</span> {pack.demonstration && <StatusPill tone="wait">{t('packs.demonstration')}</StatusPill>}
				{installed && (current ? <StatusPill tone="good">{t('packs.installed')}</StatusPill> : <><StatusPill tone="wait">{t('packs.fresh')}</StatusPill> <span className="dim">{t('packs.installedOld', { version: installed })}</span></>)}
				<br /><span className="dim">{label({ vi: pack.description_vi, en: pack.description_en })}</span>
				<ErrorSummary error={install.error} />
			</div>
			<Button variant="default" loading={install.isPending} onClick={() => install.mutate()} aria-label={t(`packs.${what}Name`, { name: name(pack) })}>{t(`packs.${what}`)}</Button>
		</li>
	);
}
