package main

import (
	"os"
	"strings"

	"pupitre/internal/lang"
)

// langOf finds the language asked for, also on a command line that cannot be read otherwise.
func langOf(args []string) string {
	for i, arg := range args {
		switch {
		case arg == "--":
			return os.Getenv("PUPITRE_LANG")
		case arg == "--lang" && i+1 < len(args):
			return args[i+1]
		case strings.HasPrefix(arg, "--lang="):
			return strings.TrimPrefix(arg, "--lang=")
		}
	}
	return os.Getenv("PUPITRE_LANG")
}

// localeOf is the language asked for, or else the terminal's, or else French.
func localeOf(asked string) lang.Locale {
	if l, ok := lang.ParseLocale(asked); ok {
		return l
	}
	for _, name := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		if v := os.Getenv(name); v != "" {
			if strings.HasPrefix(v, "en") {
				return lang.English
			}
			return lang.French
		}
	}
	return lang.French
}
