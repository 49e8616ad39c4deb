package main

import (
	"errors"
	"maps"
	"net"
	"slices"
	"strings"

	"github.com/BurntSushi/toml"
	"github.com/alecthomas/kong"

	"pupitre/internal/fault"
)

var resolver = net.DefaultResolver

// orClose returns the first error, and what closing said beside it.
func orClose(err, closing error) error { return errors.Join(err, closing) }

// configFlag is --config: a flag --exos-database of `serve` is the line exos-database of the table [serve], or of the top.
type configFlag string

// BeforeResolve reads the file, so that its lines are what flags and the environment do not say.
func (configFlag) BeforeResolve(_ *kong.Kong, ctx *kong.Context, trace *kong.Path) error {
	path := string(ctx.FlagValue(trace.Flag).(configFlag))
	text, err := readFile(path)
	if err != nil {
		return err
	}
	read := settings{path: path}
	if _, err := toml.Decode(string(text), &read.lines); err != nil {
		line := 0
		if p, ok := errors.AsType[toml.ParseError](err); ok {
			line = p.Position.Line
		}
		return placedError{fault.Wrap(err, fault.Invalid, "command.settings.form"), path, line}
	}
	if err := read.Validate(ctx.Model); err != nil {
		return err
	}
	ctx.AddResolver(read)
	return nil
}

// settings are the lines of a settings file.
type settings struct {
	path  string
	lines map[string]any
}

var _ kong.Resolver = settings{}

// Resolve implements kong.Resolver.
func (s settings) Resolve(_ *kong.Context, parent *kong.Path, flag *kong.Flag) (any, error) {
	if node := parent.Node(); node != nil {
		table := s.lines
		for _, name := range strings.Fields(node.FullPath())[1:] {
			table, _ = table[name].(map[string]any)
		}
		if v, ok := table[flag.Name]; ok {
			return v, nil
		}
	}
	if v, ok := s.lines[flag.Name]; ok {
		if _, isTable := v.(map[string]any); !isTable {
			return v, nil
		}
	}
	return nil, nil
}

// Validate implements kong.Resolver: a slip of the pen would otherwise be a setting that nobody follows. At the top stand flags
// of any command, in a command's table its own.
func (s settings) Validate(app *kong.Application) error {
	every := names(app.Flags)
	err := kong.Visit(app, func(node kong.Visitable, next kong.Next) error {
		if command, ok := node.(*kong.Node); ok {
			every = append(every, names(command.Flags)...)
		}
		return next(nil)
	})
	if err != nil {
		return err
	}
	return s.known(app.Node, s.lines, every)
}

func (s settings) known(node *kong.Node, lines map[string]any, flags []string) error {
	for _, name := range slices.Sorted(maps.Keys(lines)) {
		table, isTable := lines[name].(map[string]any)
		i := slices.IndexFunc(node.Children, func(n *kong.Node) bool { return n.Name == name })
		switch {
		case isTable && i >= 0:
			if err := s.known(node.Children[i], table, names(node.Children[i].Flags)); err != nil {
				return err
			}
		case isTable || !slices.Contains(flags, name):
			return placedError{fault.New(fault.Invalid, "command.settings.unknown", "name", name), s.path, 0}
		}
	}
	return nil
}

func names(flags []*kong.Flag) []string {
	var out []string
	for _, f := range flags {
		out = append(out, f.Name)
	}
	return out
}
