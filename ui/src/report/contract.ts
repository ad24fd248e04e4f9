import type { RecordRow } from '../app/contract';

export type Format = 'pdf' | 'html' | 'xlsx';
export interface Edition {
	id: string;
	report: string;
	name: string;
	period: string;
	due: string | null;
	made: string;
	language: 'vi' | 'en';
	demonstration: boolean;
	/** Why there are no files. */
	problem: string | null;
	files: { format: Format; bytes: number; sha256: string }[];
}

export type SectionKind = 'heading' | 'text' | 'list' | 'highlights' | 'figures' | 'units' | 'chart';
export interface Section { kind: SectionKind; [member: string]: unknown }
export type Part = Record<string, unknown>;
export interface Content { head?: Part | null; sections: Section[]; sign?: Part | null }

export interface Template {
	template: string;
	for: 'province' | 'commune';
	name_vi: string;
	name_en: string;
	about_vi: string;
	about_en: string;
	content: Content;
	[field: string]: unknown;
}
export interface Report extends RecordRow { code: string; name_vi: string; name_en: string; unit: string; period: string; content: Content }
export interface Preview { unit: string; name: string; language: string; period: string; content: Content }
