package main

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"crypto/md5"
	"crypto/sha256"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"pupitre/internal/db/dbtest"
)

func TestMain(m *testing.M) {
	built.M = m
	testscript.Main(&built, map[string]func(){"pupitre": main})
}

// Sessions at a terminal, in testdata/script. Messages are English there, unless a command says --lang fr.
func TestScripts(t *testing.T) {
	t.Parallel()
	testscript.Run(t, testscript.Params{Dir: "testdata/script", Setup: english, Cmds: hands})
}

// The story again where $PUPITRE_DATABASE and $PUPITRE_EXOS_DATABASE are on PostgreSQL: nobody at the terminal sees a difference.
func TestScriptsOnPostgreSQL(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		if e.Name != "postgres" {
			t.Skip("TestScripts does it on SQLite")
		}
		broker, exos := e.Address(t), e.Address(t)
		testscript.Run(t, testscript.Params{
			Files: []string{"testdata/script/story.txtar"}, Cmds: hands,
			Setup: func(env *testscript.Env) error {
				env.Setenv("PUPITRE_DATABASE", broker)
				env.Setenv("PUPITRE_EXOS_DATABASE", exos)
				return english(env)
			},
		})
	})
}

func english(env *testscript.Env) error {
	env.Setenv("PUPITRE_LANG", "en")
	return nil
}

// hands are what scripts can do besides: look closely at what a command said, and make the files that nobody should send.
var hands = map[string]func(ts *testscript.TestScript, neg bool, args []string){
	"exits":  exits,
	"says":   says,
	"unpack": unpack,
	"tar":    packTar,
	"zip":    packZip,
	"md5":    writeMD5,
	"edit":   edit,
	"cut":    cut,
	"fill":   fill,
	"noise":  noise,
	"latin":  latin,

	"take":        take,
	"fingerprint": fingerprint,
	"waitfor":     waitFor,
}

// exits N COMMAND ARGS… runs a command that must end with the exit status N.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, neg, len(args) >= 2, "exits STATUS COMMAND ARGS…")
	got := 0
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		exit, ok := errors.AsType[*exec.ExitError](err)
		if !ok {
			ts.Fatalf("%v", err)
		}
		got = exit.ExitCode()
	}
	if want := args[0]; strconv.Itoa(got) != want {
		ts.Fatalf("exit status %d, want %s", got, want)
	}
}

// says TEXT: the last command said this, on either stream; no-break spaces are as good as others.
func says(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, false, len(args) == 1, "says TEXT")
	said := strings.NewReplacer("\u00a0", " ", "\u202f", " ").Replace(ts.ReadFile("stdout") + ts.ReadFile("stderr"))
	if found := strings.Contains(said, args[0]); found == neg {
		ts.Fatalf("said: %s", said)
	}
}

// unpack ARCHIVE FOLDER
func unpack(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, neg, len(args) == 2, "unpack ARCHIVE FOLDER")
	z, err := gzip.NewReader(strings.NewReader(ts.ReadFile(args[0])))
	ts.Check(err)
	for t := tar.NewReader(z); ; {
		h, err := t.Next()
		if err == io.EOF {
			return
		}
		ts.Check(err)
		text, err := io.ReadAll(t)
		ts.Check(err)
		ts.Check(os.MkdirAll(ts.MkAbs(args[1]), 0o755))
		ts.Check(os.WriteFile(filepath.Join(ts.MkAbs(args[1]), h.Name), text, 0o644))
	}
}

// entry is a file of an archive; target is where a link leads.
type entry struct {
	name, target string
	text         []byte
}

// entries reads FOLDER, then NAME=FILE and NAME->TARGET.
func entries(ts *testscript.TestScript, folder string, more []string) []entry {
	var list []entry
	ts.Check(filepath.WalkDir(ts.MkAbs(folder), func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		name, _ := filepath.Rel(ts.MkAbs(folder), path)
		list = append(list, entry{name: filepath.ToSlash(name), text: text})
		return err
	}))
	for _, m := range more {
		if name, target, ok := strings.Cut(m, "->"); ok {
			list = append(list, entry{name: name, target: target})
			continue
		}
		name, file, _ := strings.Cut(m, "=")
		list = append(list, entry{name: name, text: []byte(ts.ReadFile(file))})
	}
	return list
}

// tar ARCHIVE FOLDER [NAME=FILE] [NAME->TARGET]…
func packTar(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, neg, len(args) >= 2, "tar ARCHIVE FOLDER [NAME=FILE] [NAME->TARGET]…")
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	t := tar.NewWriter(z)
	for _, e := range entries(ts, args[1], args[2:]) {
		h := &tar.Header{Name: e.name, Mode: 0o644, Size: int64(len(e.text))}
		if e.target != "" {
			h.Typeflag, h.Linkname = tar.TypeSymlink, e.target
		}
		ts.Check(t.WriteHeader(h))
		_, err := t.Write(e.text)
		ts.Check(err)
	}
	ts.Check(t.Close())
	ts.Check(z.Close())
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), out.Bytes(), 0o644))
	writeMD5(ts, false, args[:1])
}

// zip PACKAGE FOLDER [NAME=FILE] [NAME->TARGET]…
func packZip(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, neg, len(args) >= 2, "zip PACKAGE FOLDER [NAME=FILE] [NAME->TARGET]…")
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for _, e := range entries(ts, args[1], args[2:]) {
		h := &zip.FileHeader{Name: e.name, Method: zip.Deflate}
		if e.target != "" {
			h.SetMode(fs.ModeSymlink | 0o777)
			e.text = []byte(e.target)
		}
		w, err := z.CreateHeader(h)
		ts.Check(err)
		_, err = w.Write(e.text)
		ts.Check(err)
	}
	ts.Check(z.Close())
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), out.Bytes(), 0o644))
}

// md5 ARCHIVE writes its checksum beside it, as portals do.
func writeMD5(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, neg, len(args) == 1, "md5 ARCHIVE")
	sum := md5.Sum([]byte(ts.ReadFile(args[0])))
	ts.Check(os.WriteFile(ts.MkAbs(args[0])+".md5", []byte(hex.EncodeToString(sum[:])), 0o644))
}

// edit FILE OLD NEW [OUT] puts NEW in the place of the first OLD, \n being a new line.
func edit(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, neg, len(args) == 3 || len(args) == 4, "edit FILE OLD NEW [OUT]")
	text, old := ts.ReadFile(args[0]), args[1]
	if !strings.Contains(text, old) {
		ts.Fatalf("%s does not contain %q", args[0], old)
	}
	text = strings.Replace(text, old, strings.ReplaceAll(args[2], `\n`, "\n"), 1)
	out := args[0]
	if len(args) == 4 {
		out = args[3]
	}
	ts.Check(os.WriteFile(ts.MkAbs(out), []byte(text), 0o644))
}

// cut FILE BYTES keeps the first bytes only; a negative number leaves so many out.
func cut(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, neg, len(args) == 2, "cut FILE BYTES")
	text := ts.ReadFile(args[0])
	n, err := strconv.Atoi(args[1])
	ts.Check(err)
	if n < 0 {
		n += len(text)
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(text[:n]), 0o644))
}

// fill FILE BYTES TEXT writes TEXT, then blanks: what packs to nearly nothing.
func fill(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, neg, len(args) == 3, "fill FILE BYTES TEXT")
	n, err := strconv.Atoi(args[1])
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), append([]byte(args[2]), bytes.Repeat([]byte(" "), n)...), 0o644))
}

// noise FILE BYTES writes bytes that are no text, always the same ones.
func noise(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, neg, len(args) == 2, "noise FILE BYTES")
	n, err := strconv.Atoi(args[1])
	ts.Check(err)
	text := make([]byte, n)
	rand.NewChaCha8([32]byte{1}).Read(text)
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), text, 0o644))
}

// latin FILE OUT writes a text as old programs do: a byte for each letter.
func latin(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, neg, len(args) == 2, "latin FILE OUT")
	var out []byte
	for _, r := range ts.ReadFile(args[0]) {
		out = append(out, byte(r))
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), out, 0o644))
}

// fingerprint FILE NAME sets $NAME to the SHA-256 of a certificate, as openssl would tell it.
func fingerprint(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, neg, len(args) == 2, "fingerprint FILE NAME")
	block, _ := pem.Decode([]byte(ts.ReadFile(args[0])))
	if block == nil {
		ts.Fatalf("%s is not PEM", args[0])
	}
	sum := sha256.Sum256(block.Bytes)
	ts.Setenv(args[1], hex.EncodeToString(sum[:]))
}

// take PATTERN NAME sets $NAME to the first group of a pattern in what the last command printed.
func take(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, neg, len(args) == 2, "take PATTERN NAME")
	pattern, err := regexp.Compile("(?m)" + args[0])
	ts.Check(err)
	found := pattern.FindStringSubmatch(ts.ReadFile("stdout"))
	if len(found) < 2 {
		ts.Fatalf("%s is not in what was printed", args[0])
	}
	ts.Setenv(args[1], found[1])
}

// waitfor FILE waits until a program that runs beside has written FILE.
func waitFor(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, neg, len(args) == 1, "waitfor FILE")
	for range 600 {
		if info, err := os.Stat(ts.MkAbs(args[0])); err == nil && info.Size() > 0 {
			return
		}
		time.Sleep(100 * time.Millisecond) // another process: nothing else tells
	}
	ts.Fatalf("%s did not come", args[0])
}

func need(ts *testscript.TestScript, neg, ok bool, usage string) {
	if neg || !ok {
		ts.Fatalf("usage: %s", usage)
	}
}
