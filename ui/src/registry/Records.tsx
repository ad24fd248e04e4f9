import { Button, Menu, NativeSelect, SegmentedControl, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { IconDownload, IconFileImport, IconPlus, IconSearch } from '@tabler/icons-react';
import { useEffect, useMemo, useState } from 'react';
import type { FieldDescription, RecordDescription, RecordRow } from '../app/contract';
import { useNames, useTexts } from '../app/i18n';
import { may, useSession } from '../app/session';
import { useUrl } from '../app/url';
import { type Column, DataTable } from '../base/DataTable';
import { DateField } from '../base/DateField';
import { FieldValue } from '../base/Field';
import { Page, Panel } from '../base/Page';
import { Age } from '../base/small';
import { EmptyState, Loaded } from '../base/States';
import { codeOf, nameOf, RecordPicker } from '../base/UnitPicker';
import { descriptionQuery, exportUrl, type ListQuery, listQuery, useReferred } from './records';
import css from './registry.module.css';
import { UnitTree } from './UnitTree';

/** All records of one kind: find, filter, sort, take away, bring in. */
export default function Records() {
	const { kind = '' } = useParams({ strict: false }) as { kind?: string };
	const description = useQuery(descriptionQuery(kind));
	return <Loaded query={description}>{(data) => <RecordList key={kind} kind={kind} description={data} />}</Loaded>;
}

const own = new Set(['q', 'sort', 'view', 'as_of', 'removed']);

function RecordList({ kind, description }: { kind: string; description: RecordDescription }) {
	const { t } = useTexts('registry');
	const { label } = useNames();
	const session = useSession();
	const url = useUrl();
	const query = useListQuery(description);
	const tree = kind === 'units' && url.one('view') !== 'list' && Object.keys(query).every((name) => name === 'sort');
	const list = useInfiniteQuery({ ...listQuery(kind, query), enabled: !tree });
	const rows = useMemo(() => list.data?.pages.flatMap((page) => page.items) ?? [], [list.data]);
	const title = label(description.plural);
	const mayCreate = may(session, 'create', description.kind);
	const filtered = Object.keys(query).some((name) => name !== 'sort');
	return (
		<Page
			title={title}
			crumbs={[{ text: t('kinds.title'), to: '/registry' }]}
			actions={
				<>
					<Export kind={kind} query={query} />
					{mayCreate && <Button component={Link} to={`/registry/${kind}/import` as never} variant="default" leftSection={<IconFileImport size="1.125rem" />}>{t('list.import')}</Button>}
					{mayCreate && <Button component={Link} to={`/registry/${kind}/new` as never} leftSection={<IconPlus size="1.125rem" />}>{t('list.new')}</Button>}
				</>
			}
		>
			<Filters description={description} kind={kind} />
			<Panel flush>
				{tree ? <UnitTree asOf={url.one('as_of')} /> : (
					<Loaded
						query={list}
						isEmpty={() => rows.length === 0}
						empty={filtered
							? <EmptyState title={t('list.noneFound')} text={t('list.noneFoundText')}><Button variant="default" onClick={() => void url.set(Object.fromEntries(Object.keys(url.search).map((name) => [name, undefined])))}>{t('list.clear')}</Button></EmptyState>
							: <EmptyState title={t('list.empty')} text={mayCreate ? t('list.emptyText') : t('list.emptyForbidden')} />}
					>
						{() => (
							<RecordTable
								description={description} kind={kind} rows={rows} sort={url.one('sort') || description.sort} onSort={(sort) => void url.set({ sort })}
								foot={list.hasNextPage
									? <Button variant="subtle" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>{t('list.more', { count: rows.length })}</Button>
									: <span className="dim">{t('list.count', { count: rows.length })}</span>}
							/>
						)}
					</Loaded>
				)}
			</Panel>
		</Page>
	);
}

/** What of the address the server understands: search, order, and the fields that may be filtered by. */
function useListQuery(description: RecordDescription): ListQuery {
	const url = useUrl();
	const query: ListQuery = { q: url.one('q') || undefined, sort: url.one('sort') || undefined, removed: url.one('removed') || undefined };
	for (const field of description.fields) if (field.filter && !own.has(field.name)) query[field.name] = url.one(field.name) || undefined;
	return Object.fromEntries(Object.entries(query).filter(([, value]) => value));
}

function Filters({ description, kind }: { description: RecordDescription; kind: string }) {
	const { t } = useTexts('registry');
	const { label } = useNames();
	const url = useUrl();
	const [typed, setTyped] = useState(url.one('q'));
	const inUrl = url.one('q');
	const search = useDebouncedCallback((q: string) => void url.set({ q: q || undefined }, { replace: true }), 250);
	useEffect(() => setTyped(inUrl), [inUrl]);
	const fields = description.fields.filter((field) => field.filter && !own.has(field.name) && (field.type === 'choice' || field.type === 'ref'));
	const [all, setAll] = useState(false);
	const few = fields.filter((field) => url.one(field.name) || all || field.main);
	const units = kind === 'units';
	return (
		<div className={css.filters}>
			<TextInput
				className={css.search} leftSection={<IconSearch size="1.125rem" aria-hidden />} type="search"
				aria-label={t('list.search')} placeholder={t('list.search')} value={typed}
				onChange={(event) => {
					setTyped(event.currentTarget.value);
					search(event.currentTarget.value);
				}}
			/>
			{few.map((field) => <Filter key={field.name} field={field} value={url.one(field.name)} onChange={(value) => void url.set({ [field.name]: value || undefined, ...(units ? { view: 'list' } : {}) })} name={label(field.label)} />)}
			{fields.length > few.length && <Button variant="subtle" onClick={() => setAll(true)}>{t('list.moreFilters')}</Button>}
			{units && (
				<>
					{url.one('view') !== 'list' && <DateField aria-label={t('units.asOf')} placeholder={t('units.asOf')} value={url.one('as_of') || null} onChange={(date) => void url.set({ as_of: date ?? undefined })} />}
					<SegmentedControl value={url.one('view') || 'tree'} onChange={(view) => void url.set({ view: view === 'tree' ? undefined : view })} data={[{ value: 'tree', label: t('units.tree') }, { value: 'list', label: t('units.list') }]} aria-label={t('units.view')} />
				</>
			)}
			<NativeSelect
				aria-label={t('list.which')} value={url.one('removed')} onChange={(event) => void url.set({ removed: event.currentTarget.value || undefined, ...(units ? { view: 'list' } : {}) })}
				data={[{ value: '', label: t('list.living') }, { value: 'true', label: t('list.removed') }]}
			/>
		</div>
	);
}

function Filter({ field, name, value, onChange }: { field: FieldDescription; name: string; value: string; onChange: (value: string | null) => void }) {
	const { label } = useNames();
	if (field.type === 'ref')
		return <div className={css.filter}><RecordPicker kind={field.ref?.path ?? ''} value={value || null} onChange={(code) => onChange(code)} placeholder={name} ariaLabel={name} /></div>;
	return (
		<NativeSelect
			aria-label={name} value={value} onChange={(event) => onChange(event.currentTarget.value)}
			data={[{ value: '', label: name }, ...(field.choices ?? []).map((choice) => ({ value: choice.value, label: label(choice.label) }))]}
		/>
	);
}

function Export({ kind, query }: { kind: string; query: ListQuery }) {
	const { t } = useTexts('registry');
	return (
		<Menu position="bottom-end">
			<Menu.Target><Button variant="default" leftSection={<IconDownload size="1.125rem" />}>{t('list.export')}</Button></Menu.Target>
			<Menu.Dropdown>
				{(['xlsx', 'csv', 'json'] as const).map((format) => <Menu.Item key={format} component="a" href={exportUrl(kind, format, query)} download>{format.toUpperCase()}</Menu.Item>)}
			</Menu.Dropdown>
		</Menu>
	);
}

function RecordTable({ description, kind, rows, sort, onSort, foot }: {
	description: RecordDescription; kind: string; rows: RecordRow[]; sort: string; onSort: (sort: string) => void; foot: React.ReactNode;
}) {
	const { t, language } = useTexts('registry');
	const { label, name } = useNames();
	const main = useMemo(() => description.fields.filter((field) => field.main), [description]);
	const named = description.fields.some((field) => field.name === 'name_vi' || field.name === 'name');
	const referred = useReferred(main);
	const columns = useMemo<Column<RecordRow>[]>(() => [
		...main.map((field): Column<RecordRow> => ({
			id: field.name,
			// A pair of columns in two languages is one column here, in the reader's.
			header: label(field.label).replace(/ \(.*\)$/, ''),
			sort: field.type === 'list' || field.type === 'refs' || field.type === 'json' ? undefined : field.name,
			right: field.type === 'int' || field.type === 'decimal',
			main: named ? field.name === 'name_vi' || field.name === 'name' : field === main[0],
			cell: (row) => (field.name === 'name_vi' ? nameOf(row, name) : <FieldValue field={field} value={(language === 'en' && row[field.name.replace(/_vi$/, '_en')]) || row[field.name]} names={field.ref && referred.get(field.ref.path)} />),
		})),
		{ id: 'changed', header: t('list.changed'), sort: 'changed', wide: true, cell: (row) => <span className="dim"><Age at={row.changed} /></span> },
	], [main, named, referred, label, name, language, t]);
	return (
		<DataTable
			label={label(description.plural)} columns={columns} rows={rows} rowId={(row) => row.id} sort={sort} onSort={onSort} foot={foot}
			to={(row) => (kind === 'units' && !row.removed ? `/units/${encodeURIComponent(codeOf(row))}` : `/registry/${kind}/${encodeURIComponent(row.removed ? row.id : codeOf(row))}`)}
		/>
	);
}
