import { Combobox, InputBase, useCombobox } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { type ReactNode, useEffect, useState } from 'react';
import { answer, api } from '../app/api';
import type { RecordRow } from '../app/contract';
import { useNames, useTexts } from '../app/i18n';
import { fold } from './format';

/** Choose one record of a kind by typing part of its name, with or without accents. */
export function RecordPicker({ kind, value, onChange, label, description, error, required, disabled, filter, id, placeholder, ariaLabel, find }: {
	kind: string; value: string | null; onChange: (code: string | null, row?: RecordRow) => void; label?: ReactNode; description?: ReactNode; error?: ReactNode;
	required?: boolean; disabled?: boolean; filter?: Record<string, string>; id?: string; placeholder?: string; ariaLabel?: string;
	/** Another way to find than by the kind's own list. */
	find?: (q: string) => Promise<RecordRow[]>;
}) {
	const { t } = useTexts('base');
	const { name } = useNames();
	const box = useCombobox({ onDropdownClose: () => box.resetSelectedOption() });
	const [typed, setTyped] = useState<string | null>(null);
	const [q] = useDebouncedValue(typed ?? '', 150);
	const chosen = useQuery({
		queryKey: [kind, 'one', value],
		queryFn: () => answer(api.GET('/api/v1/{kind}/{id}', { params: { path: { kind, id: value ?? '' } } })),
		enabled: Boolean(value),
	});
	const found = useQuery({
		queryKey: [kind, 'pick', q, filter],
		queryFn: async (): Promise<RecordRow[]> => (find ? find(q) : (await answer(api.GET('/api/v1/{kind}', { params: { path: { kind }, query: { ...filter, q: q || undefined, limit: 30 } } }))).items),
		enabled: box.dropdownOpened,
		placeholderData: keepPreviousData,
	});
	useEffect(() => setTyped(null), [value]);
	const shown = typed ?? (value ? (chosen.data ? nameOf(chosen.data, name) : value) : '');
	return (
		<Combobox store={box} onOptionSubmit={(code) => {
			onChange(code, found.data?.find((row) => codeOf(row) === code));
			setTyped(null);
			box.closeDropdown();
		}}>
			<Combobox.Target>
				<InputBase
					id={id} label={label} description={description} error={error} required={required} disabled={disabled}
					placeholder={placeholder ?? t('pick.placeholder')} aria-label={ariaLabel} value={shown} autoComplete="off"
					onFocus={(event) => event.currentTarget.select()}
					onClick={() => box.openDropdown()}
					onBlur={() => {
						box.closeDropdown();
						if (typed === '') onChange(null);
						setTyped(null);
					}}
					onChange={(event) => {
						setTyped(event.currentTarget.value);
						box.openDropdown();
						box.updateSelectedOptionIndex();
					}}
				/>
			</Combobox.Target>
			<Combobox.Dropdown>
				<Combobox.Options mah="18rem" style={{ overflowY: 'auto' }} aria-label={t('pick.found')}>
					{(found.data ?? []).map((row) => (
						<Combobox.Option key={row.id} value={codeOf(row)} active={codeOf(row) === value}>
							{nameOf(row, name)} <span className="dim mono">{codeOf(row)}</span>
						</Combobox.Option>
					))}
					{found.data?.length === 0 && <Combobox.Empty>{t('pick.none')}</Combobox.Empty>}
					{found.isError && <Combobox.Empty>{t('failed.title')}</Combobox.Empty>}
					{found.isPending && <Combobox.Empty>{t('loading')}</Combobox.Empty>}
				</Combobox.Options>
			</Combobox.Dropdown>
		</Combobox>
	);
}

export function codeOf(row: RecordRow): string {
	for (const field of ['code', 'login']) if (typeof row[field] === 'string') return row[field];
	return row.id;
}

export function nameOf(row: RecordRow, name: ReturnType<typeof useNames>['name']): string {
	return name(row) || (typeof row.name === 'string' ? row.name : codeOf(row));
}

/** Units that exist today, by any part of their name. */
async function unitsToday(q: string): Promise<RecordRow[]> {
	const { items } = await answer(api.GET('/api/v1/units/tree'));
	const wanted = fold(q.trim());
	return items.filter((unit) => fold(`${unit.name_vi} ${unit.name_en} ${unit.code}`).includes(wanted)).slice(0, 40).map((unit) => ({ ...unit, version: 0 }));
}

export function UnitPicker(props: Omit<Parameters<typeof RecordPicker>[0], 'kind' | 'find'>) {
	return <RecordPicker kind="units" find={unitsToday} {...props} />;
}
