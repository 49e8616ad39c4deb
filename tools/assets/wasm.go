package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// compiled builds the Go command that an entry names, for browsers, and puts beside it the script that starts it and the licence of
// both. They are always the work of the compiler that go.mod names, or what is written would hang on whose machine it was.
func compiled(root, entry string) ([]bundle, error) {
	text, err := os.ReadFile(entry)
	if err != nil {
		return nil, err
	}
	version, err := goCommand(root, nil, "list", "-m", "-f", "{{.GoVersion}}")
	if err != nil {
		return nil, err
	}
	env := []string{"GOTOOLCHAIN=go" + version, "GOOS=js", "GOARCH=wasm", "GOWASM=", "GOFLAGS=", "GOEXPERIMENT=", "CGO_ENABLED=0"}
	dir, err := os.MkdirTemp("", "assets")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	made := filepath.Join(dir, "program.wasm")
	if _, err := goCommand(root, env, "build", "-ldflags=-s -w", "-trimpath", "-buildvcs=false", "-o", made, strings.TrimSpace(string(text))); err != nil {
		return nil, fmt.Errorf("%s: %w", entry, err)
	}
	goroot, err := goCommand(root, env, "env", "GOROOT")
	if err != nil {
		return nil, err
	}
	name := strings.TrimSuffix(output(entry), ".wasm")
	var out []bundle
	for _, part := range [][2]string{{".LICENSE.txt", filepath.Join(goroot, "LICENSE")}, {".go.js", filepath.Join(goroot, "lib/wasm/wasm_exec.js")}, {".wasm", made}} {
		text, err := os.ReadFile(part[1])
		if err != nil {
			return nil, err
		}
		out = append(out, bundle{name + part[0], text})
	}
	return out, nil
}

// goCommand runs the go command in root, and returns what it prints.
func goCommand(root string, env []string, args ...string) (string, error) {
	cmd := exec.Command("go", args...)
	cmd.Dir, cmd.Env = root, append(os.Environ(), env...)
	out, err := cmd.Output()
	if exit, failed := errors.AsType[*exec.ExitError](err); failed {
		err = fmt.Errorf("go %s: %s", args[0], exit.Stderr)
	}
	return strings.TrimSpace(string(out)), err
}
