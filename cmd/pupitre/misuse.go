package main

import (
	"errors"
	"fmt"
	"os"
	"regexp"
	"strings"

	"github.com/alecthomas/kong"

	"pupitre/internal/fault"
)

// The parser speaks English only, and has no codes: these are its sentences, and ours for the same.
var misuses = []struct {
	says *regexp.Regexp
	key  string
}{
	{regexp.MustCompile(`^unknown flag (\S+), did you mean (?:one of )?(.*)\?$`), "command.misused.flag.near"},
	{regexp.MustCompile(`^unknown flag (\S+)$`), "command.misused.flag"},
	{regexp.MustCompile(`^unexpected argument (.+), did you mean (?:one of )?(.*)\?$`), "command.misused.argument.near"},
	{regexp.MustCompile(`^unexpected argument (.+)$`), "command.misused.argument"},
	{regexp.MustCompile(`^expected (?:one of )?((?:"[^"]*"(?:, )?)+)(?:\.\.\.)?$`), "command.misused.missing"},
	{regexp.MustCompile(`^(--[a-z-]+) must be one of (.*) but got `), "command.misused.choice"},
	{regexp.MustCompile(`^(--[a-z-]+): `), "command.misused.value"},
}

// misused tells what is wrong with the command line, and where to read how it is written. It returns the exit status.
func (s session) misused(err error) int {
	if s.words.Has(fault.CodeOf(err)) {
		return s.fail(err) // of the settings file
	}
	command, then := "pupitre", ""
	if parse, ok := errors.AsType[*kong.ParseError](err); ok {
		then = children(parse.Context.Model.Node)
		if at := parse.Context.Selected(); at != nil {
			command, then = "pupitre "+at.Path(), children(at)
		}
	}
	what := err.Error()
	for _, m := range misuses {
		if found := m.says.FindStringSubmatch(what); found != nil {
			args := []any{"what", tidyList(found[1], " | ")}
			if strings.HasSuffix(what, "...") { // the parser names five at most
				args = []any{"what", then}
			}
			if len(found) > 2 {
				args = append(args, "list", tidyList(found[2], ", "))
			}
			what = s.words.T(s.locale, m.key, args...)
			break
		}
	}
	fmt.Fprintln(os.Stderr, "pupitre: "+what)
	fmt.Fprintln(os.Stderr, s.words.T(s.locale, "command.misused", "command", command))
	return 2
}

// children are the commands that may come after one.
func children(of *kong.Node) string {
	var out []string
	for _, child := range of.Children {
		if !child.Hidden {
			out = append(out, child.Name)
		}
	}
	return strings.Join(out, " | ")
}

// tidyList is a list as the parser writes it, without its quotation marks and without the empty choice.
func tidyList(list, between string) string {
	var out []string
	for one := range strings.SplitSeq(strings.ReplaceAll(list, ", ", ","), ",") {
		if one = strings.Trim(one, `"`); one != "" {
			out = append(out, one)
		}
	}
	return strings.Join(out, between)
}
