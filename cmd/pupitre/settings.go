package main

import (
	"errors"
	"fmt"
	"io"
	"net"
	"strings"

	"github.com/BurntSushi/toml"
	"github.com/alecthomas/kong"
)

var resolver = net.DefaultResolver

// orClose returns the first error, and what closing said beside it.
func orClose(err, closing error) error { return errors.Join(err, closing) }

// tomlSettings reads --config: a flag --exos-database of `serve` is the line exos-database of the table [serve], or of the top.
func tomlSettings(r io.Reader) (kong.Resolver, error) {
	var settings map[string]any
	if _, err := toml.NewDecoder(r).Decode(&settings); err != nil {
		return nil, fmt.Errorf("read the settings file: %w", err)
	}
	return kong.ResolverFunc(func(_ *kong.Context, parent *kong.Path, flag *kong.Flag) (any, error) {
		if node := parent.Node(); node != nil {
			table := settings
			for _, name := range strings.Fields(node.FullPath())[1:] {
				inner, ok := table[name].(map[string]any)
				if !ok {
					table = nil
					break
				}
				table = inner
			}
			if v, ok := table[flag.Name]; ok {
				return v, nil
			}
		}
		if v, ok := settings[flag.Name]; ok {
			if _, isTable := v.(map[string]any); !isTable {
				return v, nil
			}
		}
		return nil, nil
	}), nil
}
