#include "registry/testing.h"

#include "base/embed.h"

struct store *registry_open(const struct testbed *bed)
{
	static struct migration list[64];
	size_t n = 0;
	const struct embedded *files = embedded_list(EMBED_MIGRATION, &n);
	assert_true(n > 0 && n <= ARRAY_LEN(list));
	for (size_t i = 0; i < n; i++)
		list[i] = (struct migration){(int)i + 1, files[i].path.ptr, files[i].plain};
	return testbed_open(bed, list, n);
}

struct load {
	const struct record *r;
	const char *csv;
	struct import_result result;
	struct problems problems;
	struct arena *a;
};

static enum err load_run(struct db *tx, void *arg, struct why *why)
{
	struct load *l = arg;
	struct author by = {access_centre(l->a), TEST_NOW};
	problems_init(&l->problems, l->a);
	return record_import_csv(tx, l->r, str_of(l->csv), by, &l->result, &l->problems, why);
}

struct import_result registry_load(struct store *s, const struct record *r, const char *csv)
{
	AUTO(arena_free) struct arena *a = arena_new();
	struct load l = {.r = r, .csv = csv, .a = a};
	struct why why = {0};
	assert_ok(store_write(s, load_run, &l, &why), why);
	return l.result;
}

void registry_fill(struct store *s)
{
	registry_load(s, &domain_record, "code,position,name_vi,name_en\nD1,1,Một,One\n");
	registry_load(
		s, &unit_record,
		"code,kind,name_vi,name_en,parent,valid_from,valid_to\n"
		"X1,commune,Xã Một,X1,KH,1990-01-01,\nX2,commune,Xã Hai,X2,KH,1990-01-01,\n"
		"P1,ward,Phường Một,P1,KH,1990-01-01,\nDK1,special_zone,Đặc khu,DK1,KH,2025-07-01,\n"
		"OLD,commune,Xã Cũ,OLD,KH,1990-01-01,2025-07-01\nSYT-CC,agency,Chi cục,CC,SYT,1990-01-01,\n"
		"SYT,department,Sở Y tế,SYT,KH,1990-01-01,\nSGD,department,Sở Giáo dục,SGD,KH,1990-01-01,\n"
		"KH,province,Tỉnh,KH,,1989-07-01,\n");
	registry_load(s, &unit_change_record,
		      "on_date,kind,unit,into_unit,old_name,old_parent\n2025-07-01,merge,OLD,X1,,\n"
		      "2020-01-01,rename,X2,,Tên cũ,\n2019-01-01,reparent,X2,KH,,SGD\n");
	registry_load(s, &code_list_record,
		      "code,name_vi,name_en\nsex,Giới tính,Sex\nage,Tuổi,Age\n");
	registry_load(
		s, &code_item_record,
		"list,code,position,name_vi,name_en\nsex,male,1,Nam,Male\nsex,female,2,Nữ,Female\n"
		"age,0-14,1,0-14,0-14\nage,15+,2,15+,15+\n");
	registry_load(
		s, &schedule_record,
		"code,name_vi,name_en,period,offset_days,at_time\nM10,M10,M10,monthly,10,17:00\n");
#define HEAD                                                                                                \
	"code,name_vi,name_en,domain,unit_of_measure,measure_vi,measure_en,period,schedule,aggregate_time," \
	"direction,openness,jump_z,scope,owner,aggregate_units,weight_indicator,decimals,breakdowns,sum_of,min,max\n"
#define ROW(code, rest)                                                                            \
	code "," code "," code ",D1,n,số,count,monthly,M10,last,none,internal,6," rest "\n"
	registry_load(
		s, &indicator_record,
		HEAD ROW("POP", "commune,,sum,,0,,,0,1000000") ROW(
			"RATE", "commune,,weighted,POP,2,,,0,100")
			ROW("MEAN", "commune,,mean,,1,,,,") ROW("TOP", "commune,,max,,0,,,,") ROW(
				"LOW", "commune,,min,,0,,,,") ROW("ALONE", "commune,,none,,0,,,,")
				ROW("LASTV", "commune,,last,,0,,,,")
					ROW("BIRTHS", "commune,,sum,,0,sex*;age,,0,") ROW(
						"PARTA", "commune,,sum,,0,,,,")
						ROW("PARTB", "commune,,sum,,0,,,,") ROW(
							"WHOLE", "commune,,sum,,0,,PARTA;PARTB,,")
							ROW("SOLVED", "commune,,sum,,0,,,,") ROW(
								"ZERO", "commune,,sum,,0,,,,")
								ROW("DEPT",
								    "department,SYT,sum,,0,,,,"));
	registry_load(
		s, &check_rule_record,
		"code,indicator,kind,severity,argument,message_vi,message_en\n"
		"R1,SOLVED,not_greater_than,hard,WHOLE,Quá nhiều,Too many\nR2,ZERO,remark_if_zero,soft,,,\n");
}

struct figure figure_of(const struct view *v, const char *unit, const char *indicator,
			const char *period, const char *value)
{
	struct figure f = {.breakdown = STR(""), .received = TEST_NOW};
	struct why why = {0};
	const struct unit *u = view_unit(v, str_of(unit));
	const struct indicator *i = view_indicator(v, str_of(indicator));
	assert_non_null(u);
	assert_non_null(i);
	f.unit = u->id;
	f.indicator = i->id;
	assert_ok(period_parse(str_of(period), &f.period, &why), why);
	assert_ok(decimal_parse(str_of(value), &f.value, &why), why);
	return f;
}

static enum err give_run(struct db *tx, void *arg, struct why *why)
{
	enum err rc = figure_turn(tx, why);
	return rc == OK ? figure_put(tx, arg, why) : rc;
}

void figure_give(struct store *s, struct figure *f)
{
	struct why why = {0};
	assert_ok(store_write(s, give_run, f, &why), why);
}
