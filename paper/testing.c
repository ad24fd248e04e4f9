#include "paper/testing.h"

#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/testing.h"

static struct paper_number number(int64_t mantissa, int scale)
{
	return (struct paper_number){true, {mantissa, scale}};
}

static void table_of(struct paper *p, struct arena *a, size_t rows)
{
	static const struct paper_column columns[] = {
		{.width = 0.7, .align = PAPER_CENTRE}, {.width = 4},
		{.width = 1.4, .align = PAPER_RIGHT},  {.width = 1.4, .align = PAPER_RIGHT},
		{.width = 1.4, .align = PAPER_RIGHT},
	};
	const struct paper_cell head[] = {
		{.text = STR("TT")},
		{.text = STR("Đơn vị")},
		{.text = STR("Thực hiện tháng (triệu đồng)"), .span = 2},
		{.text = STR("So cùng kỳ (%)")},
		{.text = STR("")},
		{.text = STR("")},
		{.text = STR("Tháng 10")},
		{.text = STR("Tháng 11")},
		{.text = STR("")},
	};
	size_t n = ARRAY_LEN(head) + rows * 5;
	struct paper_cell *cells = ARENA_ARRAY(a, n, struct paper_cell);
	memcpy(cells, head, sizeof(head));
	for (size_t i = 0; i < rows; i++) {
		struct paper_cell *c = &cells[ARRAY_LEN(head) + i * 5];
		c[0].number = number((int64_t)i + 1, 0);
		c[1].text = arena_fmt(a, "Ủy ban nhân dân xã Khánh Vĩnh số %zu", i + 1);
		c[2].number = number(1234567 + (int64_t)i * 1000, 1);
		c[3].number = number(1250000 + (int64_t)i * 977, 1);
		c[4].number = number(10125 + (int64_t)i, 2);
	}
	paper_table(p,
		    &(struct paper_table){
			    .caption = STR("Thu ngân sách theo đơn vị"),
			    .note = STR("Nguồn: Sở Tài chính. =1+1 là chữ, không phải công thức."),
			    .columns = columns,
			    .n_columns = ARRAY_LEN(columns),
			    .cells = cells,
			    .n_cells = n,
			    .n_header = 2,
			    .totals = true,
		    });
}

static void charts_of(struct paper *p, struct arena *a)
{
	enum { MONTHS = 11, UNITS = 12 };
	struct str months[MONTHS], units[UNITS];
	struct paper_number rate[MONTHS], late[MONTHS], won[UNITS];
	bool provisional[MONTHS] = {0};
	for (int i = 0; i < MONTHS; i++) {
		months[i] = arena_fmt(a, "T%d/2026", i + 1);
		rate[i] = number(905 + i * 4 + (i % 3) * 7, 1);
		late[i] = number(870 + i * 6, 1);
	}
	late[4].given = false;
	provisional[MONTHS - 1] = true;
	for (int i = 0; i < UNITS; i++) {
		units[i] = arena_fmt(a, "%s số %d",
				     i % 2 ? "Phường Bắc Nha Trang" : "Xã Diên Khánh", i);
		won[i] = number(9980 - i * i * 23, 2);
	}
	const struct paper_series lines[] = {
		{.name = STR("Giải quyết đúng hạn"), .values = rate, .provisional = provisional},
		{.name = STR("Số hóa hồ sơ"), .values = late},
	};
	struct paper_chart chart = {.kind = PAPER_LINE,
				    .title = STR("Hồ sơ giải quyết đúng hạn"),
				    .measure = STR("%"),
				    .labels = months,
				    .n_labels = MONTHS,
				    .series = lines,
				    .n_series = 2,
				    .target = number(950, 1)};
	paper_chart(p, &chart);
	chart.kind = PAPER_BARS;
	chart.n_labels = 6;
	paper_chart(p, &chart);
	const struct paper_series ranking = {.name = STR("Tỷ lệ đúng hạn"), .values = won};
	paper_chart(p, &(struct paper_chart){.kind = PAPER_RANKING,
					     .title = STR("Xếp hạng các xã, phường"),
					     .measure = STR("%"),
					     .labels = units,
					     .n_labels = UNITS,
					     .series = &ranking,
					     .n_series = 1,
					     .target = number(95, 0)});
}

struct paper *testing_report(struct arena *a, const struct paper_info *info, size_t rows)
{
	struct paper *p = paper_new(a, info);
	paper_head(p, &(struct paper_head){
			      .superior = STR("Ủy ban nhân dân tỉnh Khánh Hòa"),
			      .agency = STR("Trung tâm giám sát, điều hành thông minh"),
			      .number = STR("12/BC-TTDH"),
			      .place = STR("Khánh Hòa"),
			      .date = {2026, 12, 7},
			      .type = STR("Báo cáo"),
			      .abstract = STR("Tình hình kinh tế - xã hội tháng 11 năm 2026"),
		      });
	paper_heading(p, 1, STR("I. TÌNH HÌNH CHUNG"));
	paper_text(
		p,
		STR("Trong tháng 11 năm 2026, kinh tế - xã hội của tỉnh tiếp tục ổn định; thu ngân sách nhà nước "
		    "lũy kế đạt 94,1 % dự toán, tăng 6,3 % so với cùng kỳ. Các đơn vị đã gửi 1.812 trên 1.850 chỉ tiêu "
		    "đúng hạn, 38 chỉ tiêu chậm tập trung ở lĩnh vực phòng, chống thiên tai và y tế."));
	paper_runs(p, PAPER_JUSTIFY,
		   (const struct paper_run[]){
			   {STR("Điểm nổi bật: "), PAPER_BOLD},
			   {STR("tỷ lệ hồ sơ giải quyết đúng hạn "), 0},
			   {STR("vượt mục tiêu năm"), PAPER_ITALIC | PAPER_UNDERLINE},
			   {STR(" lần đầu tiên."), 0}},
		   4);
	paper_list(p, false,
		   (const struct str[]){STR("Xã Khánh Sơn: chậm 4 chỉ tiêu, lâu nhất 12 ngày"),
					STR("Sở Y tế: chậm 1 chỉ tiêu, 2 ngày")},
		   2);
	paper_list(p, true,
		   (const struct str[]){STR("Đôn đốc các đơn vị còn nợ số liệu"),
					STR("Rà soát chỉ tiêu chưa từng có số liệu")},
		   2);
	paper_heading(p, 2, STR("1. Thu ngân sách"));
	table_of(p, a, rows);
	paper_heading(p, 2, STR("2. Cải cách hành chính"));
	charts_of(p, a);
	paper_sign(p, &(struct paper_sign){
			      .authority = STR("KT. Giám đốc"),
			      .title = STR("Phó Giám đốc"),
			      .name = STR("Nguyễn Thị Hải Đăng"),
			      .recipients =
				      (const struct str[]){
					      STR("Chủ tịch Ủy ban nhân dân tỉnh (để báo cáo)"),
					      STR("Các sở, ban, ngành"), STR("Lưu: VT, TTDH")},
			      .n_recipients = 3});
	paper_annex(p, STR("Danh sách chỉ tiêu chậm"), true);
	table_of(p, a, 5);
	return p;
}

struct paper *testing_reminder(struct arena *a)
{
	const struct paper_info info = {.title = STR("Nhắc nhở 3/2026"),
					.author = STR("Trung tâm giám sát, điều hành thông minh"),
					.created = 1796601600 * USEC_SECOND,
					.plain_numbers = true};
	struct paper *p = paper_new(a, &info);
	paper_head(p, &(struct paper_head){
			      .superior = STR("Sở Khoa học và Công nghệ"),
			      .agency = STR("Trung tâm giám sát, điều hành thông minh"),
			      .number = STR("03/TTDH-NN"),
			      .place = STR("Khánh Hòa"),
			      .date = {2026, 2, 3},
			      .abstract = STR("V/v gửi số liệu chậm hạn"),
			      .to = (const struct str[]){STR("Ủy ban nhân dân xã Khánh Sơn")},
			      .n_to = 1,
		      });
	paper_text(
		p,
		STR("Qua kiểm tra tuần 5 năm 2026, đơn vị còn 4 chỉ tiêu chưa gửi, lâu nhất 12 ngày. Đề nghị đơn vị gửi trước 17:00 ngày 05 tháng 02 năm 2026."));
	paper_sign(p, &(struct paper_sign){
			      .title = STR("Giám đốc"),
			      .name = STR("Trần Văn Đèn"),
			      .recipients = (const struct str[]){STR("Như trên"), STR("Lưu: VT")},
			      .n_recipients = 2});
	return p;
}

#define ARGUMENTS_MAX 6

struct str testing_run(struct arena *a, struct str file, const char *const argv[])
{
	int in = memfd_create("in", 0), out = memfd_create("out", 0), status = -1;
	char path[32], *all[ARGUMENTS_MAX + 2] = {NULL};
	size_t n = 0;
	pid_t pid;
	assert_int_equal(write(in, file.ptr, file.len), file.len);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", in);
	for (; argv[n]; n++)
		all[n] = arena_cstr(a, str_of(argv[n]));
	all[n] = path;
	posix_spawn_file_actions_t files;
	posix_spawn_file_actions_init(&files);
	posix_spawn_file_actions_adddup2(&files, out, 1);
	assert_int_equal(posix_spawnp(&pid, all[0], &files, NULL, all, environ), 0);
	posix_spawn_file_actions_destroy(&files);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	off_t size = lseek(out, 0, SEEK_END);
	char *text = arena_alloc(a, (size_t)size + 1);
	assert_int_equal(pread(out, text, (size_t)size, 0), size);
	close(in);
	close(out);
	return (struct str){text, (size_t)size};
}
