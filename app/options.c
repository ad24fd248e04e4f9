#include "app/options.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "app/commands.h"

#define CONF_MAX 65536

static const struct option options[] = {
	{"data", "DIR", 0, WORDS("data directory (./data)")},
	{"store", "URL", OPTION_CONF,
	 WORDS("PostgreSQL connection string; without it SQLite in DIR")},
	{"listen", "ADDR", OPTION_CONF,
	 WORDS("address to serve on (127.0.0.1), or unix:/path of a socket")},
	{"port", "N", OPTION_CONF | OPTION_NUMBER, WORDS("port to serve on (8080)")},
	{"tls-key", "FILE", OPTION_CONF,
	 WORDS("private key, PEM; with --tls-cert HTTPS is served")},
	{"tls-cert", "FILE", OPTION_CONF, WORDS("certificate chain, PEM")},
	{"io-threads", "N", OPTION_CONF | OPTION_NUMBER,
	 WORDS("threads for connections (one per core)")},
	{"job-threads", "N", OPTION_CONF | OPTION_NUMBER, WORDS("threads for slow work (4)")},
	{"log", "LEVEL", OPTION_CONF, WORDS("debug, info, warn or error (info)")},
	{"role", "ROLE", 0, WORDS("role of the account; several: role[:unit],role[:unit]")},
	{"unit", "CODE", 0, WORDS("unit that the role is for; without it the whole centre")},
	{"name", "TEXT", 0, WORDS("what it is called")},
	{"verbs", "LIST", 0,
	 WORDS("what the token may do, like read,submit; without it all the role may")},
	{"days", "N", OPTION_NUMBER, WORDS("only so many days of history, for tests")},
	{"until", "DATE", 0, WORDS("last day of the history, YYYY-MM-DD (today)")},
	{"year", NULL, OPTION_FLAG, WORDS("only the last year of deadlines")},
	{"man", NULL, OPTION_FLAG, WORDS("print the manual page")},
	{"completion", NULL, OPTION_FLAG, WORDS("print the completion for bash")},
	{"help", NULL, OPTION_FLAG, WORDS("print this")},
};
static_assert(ARRAY_LEN(options) <= ARRAY_LEN(((struct args *)0)->values), "room for every option");

static const char *const none[] = {NULL};
static const char *const of_store[] = {"store", NULL};
static const char *const of_serve[] = {"store",	     "listen",	    "port", "tls-key", "tls-cert",
				       "io-threads", "job-threads", "log",  NULL};
static const char *const of_user[] = {"store", "name", "role", "unit", NULL};
static const char *const of_token[] = {"store", "name", "role", "unit", "verbs", NULL};
static const char *const of_demo[] = {"store", "days", "until", "year", NULL};
static const char *const of_help[] = {"man", "completion", NULL};

const struct command commands[] = {
	{"serve", "", WORDS("serve the centre"), of_serve, 0, 0, cmd_serve, NULL, false, 0},
	{"init", "", WORDS("make a data directory with an empty centre"), of_store, 0, 0, cmd_init,
	 NULL, false, 0},
	{"import", "KIND FILE",
	 WORDS("create or change records of a kind from a CSV file, all or nothing"), of_store, 2,
	 2, NULL, cmd_import, false, 2},
	{"export", "KIND", WORDS("print the records of a kind as CSV"), of_store, 1, 1, NULL,
	 cmd_export, true, 0},
	{"recount", "",
	 WORDS("count the quality of all data anew, from the beginning of the journal"), of_store,
	 0, 0, NULL, cmd_recount, false, 0},
	{"backup", "FILE",
	 WORDS("everything as of one instant in one file, also while the centre serves"), of_store,
	 1, 1, NULL, cmd_backup, true, 1},
	{"restore", "FILE", WORDS("a backup into an empty data directory or database"), of_store, 1,
	 1, cmd_restore, NULL, false, 0},
	{"verify", "", WORDS("check the store, the journal's chain and its signed heads"), of_store,
	 0, 0, NULL, cmd_verify, true, 0},
	{"user add", "LOGIN", WORDS("make an account; prints its password"), of_user, 1, 1, NULL,
	 cmd_user_add, false, 0},
	{"user password", "LOGIN", WORDS("give an account a new password; prints it"), of_store, 1,
	 1, NULL, cmd_user_password, false, 0},
	{"user list", "", WORDS("print the accounts and their roles"), of_store, 0, 0, NULL,
	 cmd_user_list, true, 0},
	{"token create", "", WORDS("print an API token for scripts"), of_token, 0, 0, NULL,
	 cmd_token_create, false, 0},
	{"openapi", "", WORDS("print the description of the HTTP interface"), none, 0, 0,
	 cmd_openapi, NULL, false, 0},
	{"demo", "",
	 WORDS("make the demonstration province in a new data directory; logins go to DIR/logins.txt"),
	 of_demo, 0, 0, cmd_demo, NULL, false, 0},
	{"worker", "KIND", WORDS("a sandboxed child; started by serve only"), none, 1, 1,
	 cmd_worker, NULL, false, 0},
	{"version", "", WORDS("print the version"), none, 0, 0, cmd_version, NULL, false, 0},
	{"help", "", WORDS("print this"), of_help, 0, 0, cmd_help, NULL, false, 0},
	{NULL, NULL, NULL, NULL, 0, 0, NULL, NULL, false, 0},
};

static size_t option_index(struct str name)
{
	for (size_t i = 0; i < ARRAY_LEN(options); i++)
		if (str_is(name, options[i].name))
			return i;
	return SIZE_MAX;
}

static bool takes(const struct command *c, const char *name)
{
	if (!strcmp(name, "help") || !strcmp(name, "data"))
		return true;
	for (size_t i = 0; c->options[i]; i++)
		if (!strcmp(c->options[i], name))
			return true;
	return false;
}

const char *args_get(const struct args *args, const char *name)
{
	size_t i = option_index(str_of(name));
	assert(i != SIZE_MAX);
	return args->values[i];
}

bool args_has(const struct args *args, const char *name)
{
	return args_get(args, name) != NULL;
}

void args_set(struct args *args, const char *name, const char *value)
{
	size_t i = option_index(str_of(name));
	assert(i != SIZE_MAX);
	args->values[i] = value;
}

int64_t args_int(const struct args *args, const char *name, int64_t otherwise)
{
	int64_t value = otherwise;
	const char *text = args_get(args, name);
	return text && str_int(str_of(text), 0, INT32_MAX, &value, NULL) == OK ? value : otherwise;
}

static enum err set_option(struct args *args, size_t i, const char *value, struct why *why)
{
	int64_t number = 0;
	if ((options[i].flags & OPTION_NUMBER) &&
	    str_int(str_of(value), 0, INT32_MAX, &number, NULL) != OK)
		return fail(why, ERR_INVALID, "--%s needs a number, not \"%s\"", options[i].name,
			    value);
	args->values[i] = value;
	return OK;
}

/* argv[*at] is an option; *at moves over its value. */
static enum err take_option(struct args *args, int *at, struct why *why)
{
	struct str value = STR_NULL, text = str_of(args->argv[*at] + 2);
	struct str name = str_until(text, '=', &value);
	size_t i = option_index(name);
	if (i == SIZE_MAX || !takes(args->command, options[i].name))
		return fail(why, ERR_INVALID, "haidang %s has no option --" STR_FMT,
			    args->command->name, STR_ARG(name));
	if (options[i].flags & OPTION_FLAG) {
		if (value.ptr)
			return fail(why, ERR_INVALID, "--%s takes no value", options[i].name);
		return set_option(args, i, "yes", why);
	}
	if (value.ptr)
		return set_option(args, i, arena_cstr(args->arena, value), why);
	if (++*at >= args->argc)
		return fail(why, ERR_INVALID, "--%s needs a value: %s", options[i].name,
			    options[i].value);
	return set_option(args, i, args->argv[*at], why);
}

/* The command of one or two words at argv[1]; *ret_words how many it took. */
static const struct command *find_command(int argc, char **argv, int *ret_words)
{
	for (const struct command *c = commands; c->name; c++) {
		struct str second = STR_NULL;
		struct str first = str_until(str_of(c->name), ' ', &second);
		if (argc < 2 || !str_is(first, argv[1]))
			continue;
		if (second.ptr && (argc < 3 || !str_is(second, argv[2])))
			continue;
		*ret_words = second.ptr ? 2 : 1;
		return c;
	}
	return NULL;
}

static bool print_general(const struct args *args)
{
	bool help =
		args->argc < 2 || !strcmp(args->argv[1], "--help") || !strcmp(args->argv[1], "-h");
	if (!help)
		return false;
	AUTO(buf_release) struct buf out;
	buf_init(&out, (size_t)1 << 20);
	options_help(&out, args, NULL);
	fwrite(out.ptr, 1, out.len, args->argc < 2 ? stderr : stdout);
	return args->argc >= 2;
}

static enum err parse_rest(struct args *args, int at, struct why *why)
{
	enum err rc = OK;
	for (; at < args->argc && rc == OK; at++) {
		const char *text = args->argv[at];
		if (!strncmp(text, "--", 2) && text[2])
			rc = take_option(args, &at, why);
		else if (args->n_arguments == ARGUMENTS_MAX)
			rc = fail(why, ERR_INVALID, "too many arguments");
		else
			args->arguments[args->n_arguments++] = text;
	}
	return rc;
}

bool vietnamese_asked(void)
{
	static const char *const names[] = {"LC_ALL", "LC_MESSAGES", "LANG"};
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		const char *value = getenv(names[i]);
		if (value && value[0])
			return str_starts(str_of(value), STR("vi"));
	}
	return false;
}

const char *args_words(const struct args *args, const char *english)
{
	return args->vietnamese ? words_vi(english) : english;
}

enum err args_parse(int argc, char **argv, struct arena *a, struct args *ret, bool *ret_done,
		    struct why *why)
{
	int words = 0;
	*ret = (struct args){
		.arena = a, .vietnamese = vietnamese_asked(), .argc = argc, .argv = argv};
	*ret_done = print_general(ret);
	if (*ret_done)
		return OK;
	ret->command = find_command(argc, argv, &words);
	if (!ret->command)
		return fail(why, ERR_INVALID,
			    argc < 2 ? "which command?"
				     : "there is no command \"%s\"; see haidang --help",
			    argc < 2 ? "" : argv[1]);
	enum err rc = parse_rest(ret, 1 + words, why);
	if (rc != OK)
		return rc;
	if (args_has(ret, "help")) {
		AUTO(buf_release) struct buf out;
		buf_init(&out, (size_t)1 << 20);
		options_help(&out, ret, ret->command);
		fwrite(out.ptr, 1, out.len, stdout);
		*ret_done = true;
		return OK;
	}
	if (ret->n_arguments < ret->command->arguments_min ||
	    ret->n_arguments > ret->command->arguments_max)
		return fail(why, ERR_INVALID, "usage: haidang %s %s", ret->command->name,
			    ret->command->arguments);
	return OK;
}

/* -- haidang.conf -- */

static enum err conf_line(struct args *args, struct str line, int number, struct why *why)
{
	struct str value = STR_NULL;
	line = str_trim(line);
	if (line.len == 0 || line.ptr[0] == '#')
		return OK;
	struct str name = str_trim(str_until(line, '=', &value));
	size_t i = option_index(name);
	if (!value.ptr || i == SIZE_MAX || !(options[i].flags & OPTION_CONF))
		return fail(why, ERR_INVALID,
			    "haidang.conf line %d: \"" STR_FMT "\" is not a setting", number,
			    STR_ARG(name));
	if (args->values[i] || !takes(args->command, options[i].name))
		return OK;
	return set_option(args, i, arena_cstr(args->arena, str_trim(value)), why);
}

enum err args_configure(struct args *args, const char *dir, struct why *why)
{
	char *text = arena_alloc(args->arena, CONF_MAX + 1);
	int fd = open(arena_fmt(args->arena, "%s/haidang.conf", dir).ptr, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return errno == ENOENT ? OK
				       : fail(why, ERR_INVALID, "cannot read haidang.conf: %s",
					      strerror(errno));
	ssize_t n = read(fd, text, CONF_MAX);
	close(fd);
	if (n < 0 || n == CONF_MAX)
		return fail(why, ERR_INVALID, "haidang.conf cannot be read or is too long");
	struct str rest = {text, (size_t)n};
	enum err rc = OK;
	for (int number = 1; rest.ptr && rc == OK; number++)
		rc = conf_line(args, str_until(rest, '\n', &rest), number, why);
	return rc;
}

/* -- what is printed -- */

static void add_option(struct buf *out, const struct args *args, const struct option *o)
{
	char left[64];
	snprintf(left, sizeof(left), "--%s %s", o->name, o->value ? o->value : "");
	buf_printf(out, "  %-22s %s\n", left, args_words(args, o->help));
}

static void add_command_options(struct buf *out, const struct args *args, const struct command *c)
{
	add_option(out, args, &options[0]);
	for (size_t i = 0; i < ARRAY_LEN(options); i++)
		for (size_t k = 0; c->options[k]; k++)
			if (!strcmp(c->options[k], options[i].name))
				add_option(out, args, &options[i]);
}

void options_help(struct buf *out, const struct args *args, const struct command *one)
{
	if (one) {
		buf_printf(out, args_words(args, WORDS("Usage: haidang %s [OPTIONS] %s\n\n%s\n\n")),
			   one->name, one->arguments, args_words(args, one->summary));
		add_command_options(out, args, one);
		return;
	}
	buf_printf(out,
		   args_words(args, WORDS("Hải Đăng %s, an open intelligent operations centre\n\n"
					  "Usage: haidang COMMAND [OPTIONS]\n\nCommands:\n")),
		   HAIDANG_VERSION);
	for (const struct command *c = commands; c->name; c++) {
		char left[64];
		snprintf(left, sizeof(left), "%s %s", c->name, c->arguments);
		buf_printf(out, "  %-22s %s\n", left, args_words(args, c->summary));
	}
	buf_add(out, str_of(args_words(
			     args, WORDS("\nhaidang COMMAND --help tells its options. Settings "
					 "may stand in DIR/haidang.conf as `key = value`:\n"))));
	for (size_t i = 0; i < ARRAY_LEN(options); i++)
		if (options[i].flags & OPTION_CONF)
			buf_printf(out, "  %s\n", options[i].name);
	buf_add(out, str_of(args_words(args, WORDS("\nExit codes:\n"))));
#define X(code, number, help) buf_printf(out, "  %d  %s\n", number, args_words(args, help));
	EXIT_TABLE(X)
#undef X
}

void options_man(struct buf *out, const struct args *args)
{
	buf_printf(out,
		   ".TH HAIDANG 1 \"\" \"haidang %s\"\n.SH NAME\n"
		   "haidang \\- %s\n"
		   ".SH SYNOPSIS\n.B haidang\n.I COMMAND\n[\\fIOPTIONS\\fR]\n.SH COMMANDS\n",
		   HAIDANG_VERSION,
		   args_words(args, WORDS("open intelligent operations centre of a province")));
	for (const struct command *c = commands; c->name; c++)
		buf_printf(out, ".TP\n\\fB%s\\fR %s\n%s\n", c->name, c->arguments,
			   args_words(args, c->summary));
	buf_printf(out, ".SH OPTIONS\n");
	for (size_t i = 0; i < ARRAY_LEN(options); i++)
		buf_printf(out, ".TP\n\\fB\\-\\-%s\\fR %s\n%s\n", options[i].name,
			   options[i].value ? options[i].value : "",
			   args_words(args, options[i].help));
	buf_printf(out, ".SH FILES\n.TP\n.I DIR/haidang.conf\n%s",
		   args_words(args, WORDS("Settings, one \\(lqkey = value\\(rq a line:")));
	for (size_t i = 0; i < ARRAY_LEN(options); i++)
		if (options[i].flags & OPTION_CONF)
			buf_printf(out, " %s", options[i].name);
	buf_printf(out, ".\n.SH \"EXIT STATUS\"\n");
#define X(code, number, help) buf_printf(out, ".TP\n.B %d\n%s\n", number, args_words(args, help));
	EXIT_TABLE(X)
#undef X
}

void options_completion(struct buf *out)
{
	buf_printf(out, "_haidang() {\n\tlocal words\n\tcase \"${COMP_WORDS[1]}\" in\n");
	for (const struct command *c = commands; c->name; c++) {
		struct str second = STR_NULL;
		struct str first = str_until(str_of(c->name), ' ', &second);
		if (second.ptr && c > commands && str_starts(str_of(c[-1].name), first))
			continue;
		buf_printf(out, "\t" STR_FMT ") words=\"--data --help", STR_ARG(first));
		for (const struct command *same = c;
		     same->name && str_starts(str_of(same->name), first); same++) {
			struct str word = STR_NULL;
			str_until(str_of(same->name), ' ', &word);
			buf_printf(out, " " STR_FMT, STR_ARG(word));
			for (size_t i = 0; same->options[i]; i++)
				buf_printf(out, " --%s", same->options[i]);
		}
		buf_printf(out, "\" ;;\n");
	}
	buf_printf(out, "\t*) words=\"--help");
	for (const struct command *c = commands; c->name; c++)
		if (!strchr(c->name, ' '))
			buf_printf(out, " %s", c->name);
	buf_printf(out,
		   " user token\" ;;\n\tesac\n"
		   "\tCOMPREPLY=($(compgen -W \"$words\" -- \"${COMP_WORDS[COMP_CWORD]}\"))\n}\n"
		   "complete -o default -F _haidang haidang\n");
}
