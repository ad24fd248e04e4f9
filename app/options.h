/* options.h - the command line, described once: parsing, --help, the man page, shell completion and
 * the keys of haidang.conf all read the tables in options.c. */
#pragma once
#include "base/arena.h"
#include "base/buf.h"

struct app;

/* Exit codes, documented in --help and the man page. */
#define EXIT_TABLE(X)                                                                              \
	X(EXIT_DONE, 0, WORDS("done"))                                                             \
	X(EXIT_FAILED, 1, WORDS("failed; the reason is on standard error"))                        \
	X(EXIT_USAGE, 2, WORDS("the command line or haidang.conf is wrong"))                       \
	X(EXIT_DAMAGED, 3, WORDS("verify found something wrong, or the store is damaged"))         \
	X(EXIT_BUSY, 4, WORDS("another server has this data directory"))
#define X(code, number, help) code = number,
enum exit_code { EXIT_TABLE(X) };
#undef X

enum option_flags {
	OPTION_FLAG = 1, /* takes no value */
	OPTION_CONF = 2, /* may also stand in DIR/haidang.conf */
	OPTION_REQUIRED = 4,
	OPTION_NUMBER = 8,
};
struct option {
	const char *name;  /* "data" */
	const char *value; /* "DIR" */
	unsigned flags;
	const char *help;
};

struct args;
struct command {
	const char *name;      /* "serve", "token create" */
	const char *arguments; /* "FILE", "[KIND] FILE"; "" none */
	const char *summary;
	const char *const *options; /* names, ended by NULL; --help and --data are known to all */
	unsigned arguments_min, arguments_max;
	/* One of the two.  run: in this process.  act: with an open store, by the server that runs on
	 * the data directory when there is one (control.h), else in this process. */
	int (*run)(const struct args *args);
	enum err (*act)(struct app *app, const struct args *args, struct buf *out, struct why *why);
	bool read_only; /* act only reads: it opens the store beside a running server */
	unsigned file;	/* which argument, from 1, names a file; 0 none */
};
extern const struct command commands[]; /* ended by name NULL */

#define ARGUMENTS_MAX 64
struct args {
	struct arena *arena;
	const struct command *command;
	const char *values[32]; /* one for each row of the table of options */
	const char *arguments[ARGUMENTS_MAX];
	size_t n_arguments;
	bool vietnamese; /* the language of whoever gave them */
	int argc;	 /* as given, for the running server */
	char **argv;
};

/* ERR_INVALID says what is wrong.  *ret_done: --help, man or completion was printed. */
/* LC_ALL, LC_MESSAGES, LANG: does the first that is set begin with "vi"? */
bool vietnamese_asked(void);
/* A sentence of the command's answer in that language. */
const char *args_words(const struct args *args, const char *english) __attribute__((format_arg(2)));
MUST_USE enum err args_parse(int argc, char **argv, struct arena *a, struct args *ret,
			     bool *ret_done, struct why *why);
/* DIR/haidang.conf: `key = value` lines, # comments.  What the command line says goes first. */
MUST_USE enum err args_configure(struct args *args, const char *dir, struct why *why);
const char *args_get(const struct args *args, const char *name); /* NULL: not given */
int64_t args_int(const struct args *args, const char *name, int64_t otherwise);
bool args_has(const struct args *args, const char *name);
void args_set(struct args *args, const char *name, const char *value); /* value outlives args */

/* In the caller's language; one NULL: all commands. */
void options_help(struct buf *out, const struct args *args, const struct command *one);
void options_man(struct buf *out, const struct args *args);
void options_completion(struct buf *out);
