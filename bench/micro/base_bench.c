/* What the ground floor costs, beside the libraries that would do the same.  Prints one line per
 * measure; each is the best of five rounds in one process.
 * Build: cc -O2 -std=gnu17 -D_GNU_SOURCE -I. bench/micro/base_bench.c base/{arena,base,buf,clock,csv,decimal,id,json,json_write,period,text}.c -ljansson -lutf8proc -lm -o base_bench */
/* The library's names must not meet ours. */
#define JSON_NULL JANSSON_NULL
#define JSON_STRING JANSSON_STRING
#define JSON_ARRAY JANSSON_ARRAY
#define JSON_OBJECT JANSSON_OBJECT
#include <jansson.h>
#undef JSON_NULL
#undef JSON_STRING
#undef JSON_ARRAY
#undef JSON_OBJECT
#undef json_is_null

#include "base/clock.h"
#include "base/csv.h"
#include "base/decimal.h"
#include "base/json.h"
#include "base/period.h"
#include "base/text.h"

#include <utf8proc.h>

#define ROUNDS 5
#define FIGURES 20000

struct inputs {
	struct arena *arena;
	struct str json, small, csv, vietnamese;
};

/* Best time of ROUNDS for one pass over the inputs, in microseconds. */
static double best(void (*pass)(struct inputs *), struct inputs *in)
{
	usec least = INT64_MAX;
	for (int i = 0; i < ROUNDS; i++) {
		usec start = clock_monotonic();
		pass(in);
		usec took = clock_monotonic() - start;
		least = took < least ? took : least;
		arena_reset(in->arena);
	}
	return (double)(least ? least : 1);
}

static void must(enum err rc)
{
	if (rc != OK)
		abort();
}

static void json_ours(struct inputs *in)
{
	const struct json *v;
	must(json_parse(in->arena, in->json, &v, NULL));
}

/* What an API call really is: a small text, again and again, in a warm arena. */
#define SMALL_TIMES 1000

static void small_ours(struct inputs *in)
{
	for (int i = 0; i < SMALL_TIMES; i++) {
		const struct json *v;
		must(json_parse(in->arena, in->small, &v, NULL));
		arena_reset(in->arena);
	}
}

static void small_jansson(struct inputs *in)
{
	for (int i = 0; i < SMALL_TIMES; i++) {
		json_error_t error;
		json_t *v =
			json_loadb(in->small.ptr, in->small.len, JSON_REJECT_DUPLICATES, &error);
		if (!v)
			abort();
		json_decref(v);
	}
}

static void json_jansson(struct inputs *in)
{
	json_error_t error;
	json_t *v = json_loadb(in->json.ptr, in->json.len, JSON_REJECT_DUPLICATES, &error);
	if (!v)
		abort();
	json_decref(v);
}

static void dump_ours(struct inputs *in)
{
	const struct json *v;
	must(json_parse(in->arena, in->json, &v, NULL));
	AUTO(buf_release) struct buf out;
	buf_init(&out, 64 << 20);
	struct jw w;
	jw_init(&w, &out);
	jw_value(&w, v);
	must(buf_end(&out, NULL));
}

static void dump_jansson(struct inputs *in)
{
	json_error_t error;
	json_t *v = json_loadb(in->json.ptr, in->json.len, JSON_REJECT_DUPLICATES, &error);
	char *text = v ? json_dumps(v, JSON_COMPACT) : NULL;
	if (!text)
		abort();
	free(text);
	json_decref(v);
}

static void csv_ours(struct inputs *in)
{
	struct csv *c = csv_open(in->arena, in->csv, 0);
	struct csv_row row;
	while (csv_next(c, &row))
		;
	must(csv_end(c, NULL));
}

static void fold_ours(struct inputs *in)
{
	text_fold(in->arena, in->vietnamese);
}

static void fold_utf8proc(struct inputs *in)
{
	utf8proc_uint8_t *made;
	utf8proc_ssize_t n = utf8proc_map((const utf8proc_uint8_t *)in->vietnamese.ptr,
					  (utf8proc_ssize_t)in->vietnamese.len, &made,
					  UTF8PROC_STABLE | UTF8PROC_DECOMPOSE |
						  UTF8PROC_STRIPMARK | UTF8PROC_CASEFOLD);
	if (n < 0)
		abort();
	free(made);
}

static void clean_ours(struct inputs *in)
{
	struct str clean;
	must(text_clean(in->arena, in->vietnamese, &clean, NULL));
}

static void clean_utf8proc(struct inputs *in)
{
	utf8proc_uint8_t *made;
	utf8proc_ssize_t n = utf8proc_map((const utf8proc_uint8_t *)in->vietnamese.ptr,
					  (utf8proc_ssize_t)in->vietnamese.len, &made,
					  UTF8PROC_STABLE | UTF8PROC_COMPOSE);
	if (n < 0)
		abort();
	free(made);
}

static void decimals(struct inputs *in)
{
	(void)in;
	struct decimal d;
	bool doubtful;
	for (int i = 0; i < FIGURES; i++)
		must(decimal_read(STR("1.234.567,89"), &d, &doubtful, NULL));
}

static void periods(struct inputs *in)
{
	(void)in;
	struct period p;
	for (int i = 0; i < FIGURES; i++)
		must(period_parse(STR("tháng 9 năm 2026"), &p, NULL));
}

static struct str write_figures(struct buf *json, int n)
{
	struct jw w;
	jw_init(&w, json);
	jw_object(&w);
	jw_name(&w, "figures");
	jw_array(&w);
	for (int i = 0; i < n; i++) {
		jw_object(&w);
		jw_m_cstr(&w, "indicator", "TK.0304");
		jw_m_cstr(&w, "unit", "22390");
		jw_m_cstr(&w, "period", "2026-11");
		jw_name(&w, "value");
		jw_raw(&w, STR("1234567.89"));
		jw_m_int(&w, "row", i);
		jw_m_cstr(&w, "remark",
			  i % 4 ? NULL : "Số liệu ước tính, chờ Chi cục Thống kê xác nhận");
		jw_object_end(&w);
	}
	jw_array_end(&w);
	jw_object_end(&w);
	return buf_str(json);
}

int main(void)
{
	AUTO(arena_free) struct arena *a = arena_new();
	AUTO(buf_release) struct buf json, small, csv, text;
	buf_init(&json, 64 << 20);
	buf_init(&small, 1 << 20);
	buf_init(&csv, 64 << 20);
	buf_init(&text, 64 << 20);
	for (int i = 0; i < FIGURES; i++) {
		buf_printf(
			&csv,
			"%d;TK.0304;\"Xã Diên Khánh\";2026-11;1.234.567,89;\"ước \"\"tính\"\"\"\r\n",
			i);
		buf_add(&text, STR("Ủy ban nhân dân xã Diên Khánh, tỉnh Khánh Hòa. "));
	}
	struct inputs in = {a, write_figures(&json, FIGURES), write_figures(&small, 20),
			    buf_str(&csv), buf_str(&text)};
	double ours = best(small_ours, &in), theirs = best(small_jansson, &in);
	printf("json small    %7.0f MB/s  %5.1fx jansson\n",
	       (double)in.small.len * SMALL_TIMES / ours, theirs / ours);
	ours = best(json_ours, &in);
	theirs = best(json_jansson, &in);
	printf("json parse    %7.0f MB/s  %5.1fx jansson\n", (double)in.json.len / ours,
	       theirs / ours);
	ours = best(dump_ours, &in);
	theirs = best(dump_jansson, &in);
	printf("json round    %7.0f MB/s  %5.1fx jansson\n", (double)in.json.len / ours,
	       theirs / ours);
	printf("csv read      %7.0f MB/s\n", (double)in.csv.len / best(csv_ours, &in));
	ours = best(fold_ours, &in);
	theirs = best(fold_utf8proc, &in);
	printf("text fold     %7.0f MB/s  %5.1fx utf8proc\n", (double)in.vietnamese.len / ours,
	       theirs / ours);
	ours = best(clean_ours, &in);
	theirs = best(clean_utf8proc, &in);
	printf("text clean    %7.0f MB/s  %5.1fx utf8proc\n", (double)in.vietnamese.len / ours,
	       theirs / ours);
	printf("decimal read  %7.0f ns each\n", best(decimals, &in) * 1000 / FIGURES);
	printf("period parse  %7.0f ns each\n", best(periods, &in) * 1000 / FIGURES);
	return 0;
}
