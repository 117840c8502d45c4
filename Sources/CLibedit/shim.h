#include <errno.h>
#include <histedit.h>
#include <stdio.h>

// Swift can't call variadic functions; each use has a function of its own here.

// The standard streams are variables, which Swift 6 does not read.
static inline EditLine *et_el_init(const char *program) {
  return el_init(program, stdin, stdout, stderr);
}

// Through the stream that libedit writes to, so that the order stays.
static inline void et_put(const char *text) {
  fputs(text, stdout);
  fflush(stdout);
}

// A line, and where there is none, whether a signal came in place of it.
static inline const char *et_el_gets(EditLine *el, int *count, int *is_interrupted) {
  errno = 0;
  const char *line = el_gets(el, count);
  *is_interrupted = errno == EINTR;
  return line;
}

static inline int et_el_prompt(EditLine *el, char *(*prompt)(EditLine *)) {
  return el_set(el, EL_PROMPT, prompt);
}

static inline int et_el_editor(EditLine *el, const char *name) {
  return el_set(el, EL_EDITOR, name);
}

static inline int et_el_history(EditLine *el, History *h) {
  return el_set(el, EL_HIST, history, h);
}

static inline int et_el_bind(EditLine *el, const char *key, const char *command) {
  return el_set(el, EL_BIND, key, command, NULL);
}

// The same in the command mode of vi.
static inline int et_el_bind_command(EditLine *el, const char *key, const char *command) {
  return el_set(el, EL_BIND, "-a", key, command, NULL);
}

// Has what follows a change written anew. libedit counts the cells of wide characters wrong where it
// has the terminal delete or insert some, and then leaves the cursor in the wrong place.
static inline void et_el_no_shifting(EditLine *el) {
  const char *names[] = {"dc", "DC", "ic", "IC", "im", "ei"};
  for (int i = 0; i < 6; i++) el_set(el, EL_SETTC, names[i], "", NULL);
}

static inline void et_el_refresh(EditLine *el) { el_set(el, EL_REFRESH); }

// How many characters the line has.
static inline int et_el_length(EditLine *el) {
  const LineInfoW *line = el_wline(el);
  return (int)(line->lastchar - line->buffer);
}

static inline int et_el_add_function(
    EditLine *el, const char *name, const char *help,
    unsigned char (*function)(EditLine *, int)) {
  return el_set(el, EL_ADDFN, name, help, function);
}

static inline int et_el_client_data(EditLine *el, void *data) {
  return el_set(el, EL_CLIENTDATA, data);
}

// Whether the terminal can erase to the end of a line, which those called dumb can't.
static inline int et_el_can_erase(EditLine *el) {
  char *erase = NULL;
  return el_get(el, EL_GETTC, "ce", &erase) == 0 && erase != NULL && *erase != 0;
}

// "emacs" or "vi".
static inline const char *et_el_get_editor(EditLine *el) {
  const char *name = NULL;
  return el_get(el, EL_EDITOR, &name) == 0 && name != NULL ? name : "";
}

static inline void *et_el_get_client_data(EditLine *el) {
  void *data = NULL;
  return el_get(el, EL_CLIENTDATA, &data) == 0 ? data : NULL;
}

static inline int et_el_signal(EditLine *el, int on) { return el_set(el, EL_SIGNAL, on); }

// Makes Ctrl-C an ordinary key while a line is edited. The first preparation of the terminal
// overwrites what was set before, so there is one already when this is set.
static inline void et_el_no_interrupt(EditLine *el) {
  const char *words[] = {"setty", "-d", "intr=", NULL};
  el_set(el, EL_PREP_TERM, 1);
  el_parse(el, 3, words);
  el_set(el, EL_PREP_TERM, 0);
}

static inline int et_history_size(History *h, int size) {
  HistEvent event;
  return history(h, &event, H_SETSIZE, size);
}

static inline int et_history_unique(History *h, int on) {
  HistEvent event;
  return history(h, &event, H_SETUNIQUE, on);
}

static inline int et_history_enter(History *h, const char *line) {
  HistEvent event;
  return history(h, &event, H_ENTER, line);
}
