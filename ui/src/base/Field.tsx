/* One field of a record, drawn from its description: the same field looks the same in every form. */
import { Checkbox, MultiSelect, NativeSelect, TagsInput, Textarea, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { answer, api } from '../app/api';
import type { FieldDescription, RecordRow } from '../app/contract';
import { useNames, useTexts } from '../app/i18n';
import { DateField } from './DateField';
import { formatCount, formatDate, formatDateTime, formatDecimal, readDecimal } from './format';
import { codeOf, nameOf, RecordPicker } from './UnitPicker';

export interface FieldProps {
	field: FieldDescription;
	value: unknown;
	onChange: (value: unknown) => void;
	error?: ReactNode;
	disabled?: boolean;
}

const text = (value: unknown): string => (value === null || value === undefined ? '' : String(value));
const list = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : []);

export function Field({ field, value, onChange, error, disabled }: FieldProps) {
	const { t } = useTexts('base');
	const { label } = useNames();
	const common = { id: `field-${field.name}`, label: label(field.label), description: label(field.help) || undefined, error, disabled, required: field.required };
	const typed = (event: { currentTarget: { value: string } }) => onChange(event.currentTarget.value === '' ? null : event.currentTarget.value);
	switch (field.type) {
		case 'bool':
			return <Checkbox {...common} required={false} checked={value === true} onChange={(event) => onChange(event.currentTarget.checked)} mt="xs" />;
		case 'choice':
			return (
				<NativeSelect {...common} value={text(value)} onChange={typed}
					data={[...(field.required && value ? [] : [{ value: '', label: '–' }]), ...(field.choices ?? []).map((choice) => ({ value: choice.value, label: label(choice.label) }))]} />
			);
		case 'ref':
			return <RecordPicker {...common} kind={field.ref?.path ?? ''} value={value ? text(value) : null} onChange={onChange} />;
		case 'refs':
			return <RefsField {...common} path={field.ref?.path ?? ''} value={list(value)} onChange={onChange} />;
		case 'list':
			return <TagsInput {...common} value={list(value)} onChange={onChange} splitChars={[',', ';']} clearButtonProps={{ 'aria-label': t('field.clear') }} />;
		case 'long':
			return <Textarea {...common} value={text(value)} onChange={typed} autosize minRows={3} maxRows={14} maxLength={field.max || undefined} />;
		case 'json':
			return <Textarea {...common} className="mono" value={typeof value === 'string' ? value : value === null || value === undefined ? '' : JSON.stringify(value, null, 2)} onChange={typed} autosize minRows={3} maxRows={14} spellCheck={false} />;
		case 'date':
			return <DateField {...common} value={value ? text(value) : null} onChange={onChange} />;
		case 'time':
			return <TextInput {...common} value={text(value)} onChange={typed} placeholder="2026-11-22T17:00:00+07:00" className="mono" />;
		case 'int':
			return <TextInput {...common} inputMode="numeric" value={text(value)} onChange={typed} />;
		case 'decimal':
			return <DecimalField {...common} value={text(value)} onChange={typed} />;
		default:
			return <TextInput {...common} value={text(value)} onChange={typed} maxLength={field.max || undefined} spellCheck={field.type !== 'code'} autoCapitalize={field.type === 'code' ? 'none' : undefined} />;
	}
}

type Common = { id: string; label: string; description?: string; error?: ReactNode; disabled?: boolean; required?: boolean };

/** Shows back how the number will be understood when that is not how it was typed. */
function DecimalField({ value, description, onChange, ...rest }: Common & { value: string; onChange: (event: { currentTarget: { value: string } }) => void }) {
	const { t, language } = useTexts('base');
	const read = value ? readDecimal(value) : null;
	const understood = read && read.value !== value ? t('field.understood', { value: formatDecimal(read.value, language) }) : null;
	return <TextInput {...rest} inputMode="decimal" value={value} onChange={onChange} description={understood ?? description} />;
}

function RefsField({ path, value, onChange, ...rest }: Common & { path: string; value: string[]; onChange: (value: string[]) => void }) {
	const { name } = useNames();
	const all = useAll(path);
	const known = new Set((all.data ?? []).map(codeOf));
	const data = [...(all.data ?? []).map((row) => ({ value: codeOf(row), label: nameOf(row, name) })), ...value.filter((code) => !known.has(code)).map((code) => ({ value: code, label: code }))];
	return <MultiSelect {...rest} data={data} value={value} onChange={onChange} searchable limit={50} />;
}

/** Every record of a small kind, for names beside codes. */
export function useAll(path: string) {
	return useQuery({
		queryKey: [path, 'all'],
		queryFn: async () => (await answer(api.GET('/api/v1/{kind}', { params: { path: { kind: path }, query: { limit: 500 } } }))).items,
		enabled: path !== '',
		staleTime: 5 * 60_000,
	});
}

/** What was typed, as the API takes it: "1.234,5" → "1234.5", "12" → 12. */
export function fieldValue(field: FieldDescription, value: unknown): unknown {
	if (value === null || value === undefined || value === '') return null;
	if (field.type === 'decimal') return readDecimal(String(value))?.value ?? value;
	if (field.type === 'int') {
		const read = readDecimal(String(value));
		return read && /^-?\d+$/.test(read.value) ? Number(read.value) : value;
	}
	if (field.type === 'json' && typeof value === 'string') {
		try {
			return JSON.parse(value) as unknown;
		} catch {
			// The server says what is wrong with it, in the field's place.
			return value;
		}
	}
	if (typeof value === 'string') return value.normalize('NFC').trim() || null;
	return value;
}

/** A value of a record as people read it. */
export function FieldValue({ field, value, names }: { field: FieldDescription; value: unknown; names?: Map<string, RecordRow> }) {
	const { t, language } = useTexts('base');
	const { label, name } = useNames();
	if (value === null || value === undefined || value === '' || (Array.isArray(value) && value.length === 0)) return <span className="dim">–</span>;
	const named = (code: string) => {
		const row = names?.get(code);
		return row ? nameOf(row, name) : code;
	};
	switch (field.type) {
		case 'bool': return <>{t(value ? 'yes' : 'no')}</>;
		case 'choice': return <>{label(field.choices?.find((choice) => choice.value === value)?.label) || String(value)}</>;
		case 'decimal': return <>{formatDecimal(String(value), language)}</>;
		case 'int': return <>{formatCount(Number(value), language)}</>;
		case 'date': return <>{formatDate(String(value))}</>;
		case 'time': return <>{formatDateTime(String(value))}</>;
		case 'ref': return <>{named(String(value))}</>;
		case 'refs': return <>{list(value).map(named).join(', ')}</>;
		case 'list': return <>{list(value).join(', ')}</>;
		case 'json': return <code className="mono">{JSON.stringify(value)}</code>;
		case 'code': return <span className="mono">{String(value)}</span>;
		default: return <>{String(value)}</>;
	}
}
