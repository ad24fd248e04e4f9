/* "Who was asked about this set, who has answered, and what comes next?" From a draft to a set that is promulgated. */
import { Button, Radio, Textarea } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { answer, api, ifMatch, once } from '../app/api';
import { useNames, useTexts } from '../app/i18n';
import { may, unitsOf, useSession } from '../app/session';
import { type Column, DataTable } from '../base/DataTable';
import { ErrorSummary } from '../base/ErrorSummary';
import { formatDateTime } from '../base/format';
import { notify } from '../base/notify';
import { Panel } from '../base/Page';
import { StatusPill, type Tone } from '../base/small';
import { Loaded } from '../base/States';
import { RecordPicker } from '../base/UnitPicker';
import type { Consultation as Set, Consulted } from './contract';
import css from './Index.module.css';

const opinionTone: Record<NonNullable<Consulted['opinion']>, Tone> = { agree: 'good', comment: 'wait', object: 'hand' };

export function Consultation({ code }: { code: string }) {
	const { t } = useTexts('analyze');
	const set = useQuery({ queryKey: ['consultations', code], queryFn: async () => (await answer(api.GET('/api/v1/consultations', { params: { query: { set: code } } }))).items[0] ?? null });
	return <Panel title={t('consult.title')}><Loaded query={set} rows={3}>{(data) => data && <Shown of={data} />}</Loaded></Panel>;
}

function Shown({ of }: { of: Set }) {
	const { t } = useTexts('analyze');
	const own = unitsOf(useSession()).map((unit) => unit.code);
	const mine = of.opinions.filter((one) => one.yours && one.asked && own.includes(one.unit) && (one.standing !== 'given' || one.opinion !== 'agree'));
	return (
		<div className={css.consult}>
			<p>{t(`consult.lead_${of.status}`)}</p>
			{of.opinions.length > 0 && <Opinions of={of} />}
			{mine.map((one) => <Say key={`${one.unit} ${one.version}`} of={of} as={one} />)}
			<Steps key={of.version} of={of} />
		</div>
	);
}

/** All who were asked agree to what stands, and nobody objects. */
const agreed = (of: Set) => of.opinions.length > 0 && of.open === 0 && of.objections === 0;

function Opinions({ of }: { of: Set }) {
	const { t } = useTexts('analyze');
	const { name } = useNames();
	const said = (one: Consulted): ReactNode => {
		if (one.standing === 'silent') return <StatusPill tone="quiet">{t('consult.silent')}</StatusPill>;
		if (one.standing === 'outdated') return <StatusPill tone="wait">{t('consult.outdated')}</StatusPill>;
		return one.opinion ? <StatusPill tone={opinionTone[one.opinion]}>{t(`consult.${one.opinion}`)}</StatusPill> : <StatusPill tone="plain">{t('consult.given')}</StatusPill>;
	};
	const columns: Column<Consulted>[] = [
		{ id: 'unit', header: t('consult.unit'), main: true, cell: (one) => <>{name(one)}{!one.asked && <small className="dim"> {t('consult.notAsked')}</small>}</> },
		{ id: 'said', header: t('consult.said'), cell: said },
		{ id: 'comment', header: t('consult.words'), cell: (one) => one.comment ?? '' },
		{ id: 'at', header: t('consult.at'), wide: true, cell: (one) => (one.at ? formatDateTime(one.at) : '') },
	];
	return (
		<>
			<p role="status"><strong>{agreed(of) ? t('consult.all') : t('consult.open', { count: of.open })}</strong>{of.objections > 0 && <> {t('consult.objections', { count: of.objections })}</>}</p>
			<DataTable label={t('consult.title')} columns={columns} rows={of.opinions} rowId={(one) => one.unit} />
		</>
	);
}

function useRenew() {
	const client = useQueryClient();
	return () => Promise.all([client.invalidateQueries({ queryKey: ['consultations'] }), client.invalidateQueries({ queryKey: ['indices'] })]);
}

/** What this person's unit says of it. */
function Say({ of, as }: { of: Set; as: Consulted }) {
	const { t } = useTexts('analyze');
	const { name } = useNames();
	const renew = useRenew();
	const [opinion, setOpinion] = useState<NonNullable<Consulted['opinion']>>(as.opinion ?? 'agree');
	const [comment, setComment] = useState(as.comment ?? '');
	const say = useMutation({
		mutationFn: () => {
			const words = { opinion, comment: comment.trim() || null };
			return as.id
				? answer(api.PATCH('/api/v1/{kind}/{id}', { params: { path: { kind: 'criteria-comments', id: as.id }, header: ifMatch(as.version) }, body: words }))
				: answer(api.POST('/api/v1/{kind}', { params: { path: { kind: 'criteria-comments' }, header: once() }, body: { criteria_set: of.code, unit: as.unit, ...words } }));
		},
		onSuccess: async () => {
			await notify({ tone: 'good', text: t('consult.sent') });
			await renew();
		},
	});
	return (
		<form className={css.say} onSubmit={(event) => {
			event.preventDefault();
			say.mutate();
		}}>
			<ErrorSummary error={say.error} />
			<Radio.Group value={opinion} onChange={(to) => setOpinion(to as typeof opinion)} label={t('consult.yours', { unit: name(as) })} description={as.standing === 'outdated' ? t('consult.again') : undefined}>
				<div className={css.choices}>{(['agree', 'comment', 'object'] as const).map((one) => <Radio key={one} value={one} label={t(`consult.${one}`)} />)}</div>
			</Radio.Group>
			<Textarea label={t('consult.words')} autosize minRows={2} maxLength={4000} required={opinion !== 'agree'} value={comment} onChange={(event) => setComment(event.currentTarget.value)} />
			<Button type="submit" loading={say.isPending} disabled={opinion !== 'agree' && comment.trim() === ''}>{t('consult.send')}</Button>
		</form>
	);
}

/** What who keeps the set may do with it now; the server has the last word. */
function Steps({ of }: { of: Set }) {
	const { t } = useTexts('analyze');
	const { name } = useNames();
	const keeps = may(useSession(), 'change', 'criteria_set');
	const renew = useRenew();
	const [asked, setAsked] = useState<{ code: string; name: string }[]>(of.opinions.filter((one) => one.asked).map((one) => ({ code: one.unit, name: name(one) })));
	const [document, setDocument] = useState<string | null>(null);
	const move = useMutation({
		mutationFn: (to: Record<string, unknown>) => answer(api.PATCH('/api/v1/{kind}/{id}', { params: { path: { kind: 'criteria-sets', id: of.code }, header: ifMatch(of.version) }, body: to })),
		onSuccess: async () => {
			await notify({ tone: 'good', text: t('consult.moved') });
			await renew();
		},
	});
	if (!keeps || of.status === 'promulgated' || of.status === 'replaced') return null;
	return (
		<div className={css.say}>
			<ErrorSummary error={move.error} />
			{of.status === 'draft' && (
				<>
					<RecordPicker kind="units" label={t('consult.ask')} description={t('consult.askHint')} value={null} onChange={(code, row) => code && setAsked(asked.some((one) => one.code === code) ? asked : [...asked, { code, name: row ? name(row as never) : code }])} />
					{asked.length > 0 && <ul className={css.asked} aria-label={t('consult.asked')}>{asked.map((one) => <li key={one.code}>{one.name} <Button size="compact-sm" variant="subtle" aria-label={t('consult.unask', { unit: one.name })} onClick={() => setAsked(asked.filter((other) => other.code !== one.code))}>×</Button></li>)}</ul>}
					<Button disabled={asked.length === 0} loading={move.isPending} onClick={() => move.mutate({ status: 'consulting', asked: asked.map((one) => one.code) })}>{t('consult.out', { count: asked.length })}</Button>
				</>
			)}
			{of.status === 'consulting' && (
				<div className={css.choices}>
					<Button disabled={!agreed(of)} loading={move.isPending} onClick={() => move.mutate({ status: 'agreed' })}>{t('consult.agreed')}</Button>
					<Button variant="default" loading={move.isPending} onClick={() => move.mutate({ status: 'draft' })}>{t('consult.back')}</Button>
				</div>
			)}
			{of.status === 'agreed' && (
				<>
					<RecordPicker kind="documents" label={t('consult.document')} required value={document} onChange={setDocument} />
					<div className={css.choices}>
						<Button disabled={!document} loading={move.isPending} onClick={() => move.mutate({ status: 'promulgated', document })}>{t('consult.promulgate')}</Button>
						<Button variant="default" loading={move.isPending} onClick={() => move.mutate({ status: 'consulting' })}>{t('consult.reopen')}</Button>
					</div>
				</>
			)}
		</div>
	);
}
