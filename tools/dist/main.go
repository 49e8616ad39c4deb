// Command dist builds the program for computers for every system, without cgo, and packs it with its sums (exos/desktop/release).
//
//	go run ./tools/dist -out dist -version 1.0 -exos https://exos.example
//	go run ./tools/dist -only linux/amd64
//
// The same source, version and Go give the same archives. What a system asks of a program that it has never seen (signature, notarization)
// is not here: docs/stores.md.
package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"time"

	"pupitre/exos/desktop/release"
)

// order is what is asked for.
type order struct {
	out     string
	version string
	server  string // of Biblio Exos, that the program speaks to without being told; may be missing
	program string // the package that is built
	targets []release.Target
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	var o order
	flag.StringVar(&o.out, "out", "dist", "the folder that is written")
	flag.StringVar(&o.version, "version", "0", "what the archives are named by")
	flag.StringVar(&o.server, "exos", "", "the address of Biblio Exos that the program speaks to; without it, whoever starts it first says it")
	only := flag.String("only", "", "a few targets, with commas: windows/amd64,linux/arm64")
	flag.Parse()
	o.program = "./cmd/pupitre"
	var err error
	if o.targets, err = targets(*only); err == nil {
		err = o.fill(ctx)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "dist:", err)
		os.Exit(1)
	}
}

// targets reads -only.
func targets(only string) ([]release.Target, error) {
	if only == "" {
		return release.Targets, nil
	}
	var out []release.Target
	for word := range strings.SplitSeq(only, ",") {
		found := false
		for _, t := range release.Targets {
			if found = t.System+"/"+t.Processor == word; found {
				out = append(out, t)
				break
			}
		}
		if !found {
			return nil, fmt.Errorf("%s is no target: take some of %v", word, release.Targets)
		}
	}
	return out, nil
}

// fill builds and packs every target, then writes the list.
func (o order) fill(ctx context.Context) error {
	if err := os.MkdirAll(o.out, 0o755); err != nil {
		return err
	}
	work, err := os.MkdirTemp("", "dist")
	if err != nil {
		return err
	}
	defer os.RemoveAll(work)
	licence, err := os.ReadFile("LICENSE")
	if err != nil {
		return err
	}
	for _, t := range o.targets {
		began := time.Now()
		built := filepath.Join(work, t.System+"-"+t.Processor)
		if err := o.build(ctx, t, built); err != nil {
			return fmt.Errorf("build for %s/%s: %w", t.System, t.Processor, err)
		}
		program, err := os.ReadFile(built)
		if err != nil {
			return err
		}
		name := "biblio-exos"
		if t.System == "windows" {
			name += ".exe"
		}
		var archive bytes.Buffer
		err = release.Pack(&archive, t, []release.File{{Name: name, Text: program, Runs: true}, {Name: "LICENSE.txt", Text: licence}, {Name: "LISEZ-MOI.txt", Text: []byte(readMe(t, name))}})
		if err != nil {
			return err
		}
		file := release.Name(o.version, t)
		if err := os.WriteFile(filepath.Join(o.out, file), archive.Bytes(), 0o644); err != nil {
			return err
		}
		fmt.Printf("%-50s %6.1f MB  %3.0f s\n", file, float64(archive.Len())/1e6, time.Since(began).Seconds())
	}
	_, err = release.Write(o.out, o.version, o.targets)
	return err
}

// build runs the compiler for a target.
func (o order) build(ctx context.Context, t release.Target, to string) error {
	flags := "-s -w"
	if o.server != "" {
		if strings.ContainsAny(o.server, " '\"") {
			return errors.New("the address of Biblio Exos has blanks or quotation marks")
		}
		flags += " -X main.server=" + o.server
	}
	build := exec.CommandContext(ctx, "go", "build", "-buildvcs=false", "-trimpath", "-ldflags", flags, "-o", to, o.program)
	build.Env = append(os.Environ(), "CGO_ENABLED=0", "GOFLAGS=", "GOOS="+t.System, "GOARCH="+t.Processor)
	build.Stderr = os.Stderr
	return build.Run()
}

// readMe is what lies beside the program, for whoever opens the archive.
func readMe(t release.Target, name string) string {
	lines := []string{
		"Biblio Exos, sur cet ordinateur, même sans réseau.", "",
		"1. Sortir « " + name + " » de l’archive, dans un dossier à soi.",
		"2. L’ouvrir : le navigateur s’ouvre sur Biblio Exos.",
		"3. « Se connecter, ou prendre un code » : un clic, et le travail se fait même sans réseau.", "",
		"Le programme n’est signé par personne que le système connaisse : il demande confirmation la première fois.",
	}
	switch t.System {
	case "darwin":
		lines = append(lines, "Sur macOS : Réglages Système, Confidentialité et sécurité, « Ouvrir quand même ».")
	case "windows":
		lines = append(lines, "Sur Windows : « Informations complémentaires », puis « Exécuter quand même ».")
	}
	ending := "\n"
	if t.System == "windows" {
		ending = "\r\n"
	}
	return strings.Join(append(lines, ""), ending)
}
