package exos_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"pupitre/exos"
)

func TestASealIsOpenedByItsTokenAlone(t *testing.T) {
	t.Parallel()
	token, other := exos.NewToken(), exos.NewToken()
	sealed, err := token.Seal(exos.Credential("secret"))
	if err != nil || bytes.Contains(sealed, []byte("secret")) {
		t.Fatalf("%q, %v", sealed, err)
	}
	if got, err := token.Open(sealed); err != nil || string(got) != "secret" {
		t.Errorf("%q, %v", got, err)
	}
	if got, err := other.Open(sealed); err == nil {
		t.Errorf("another token read %q", got)
	}
	for i := range sealed {
		spoilt := bytes.Clone(sealed)
		spoilt[i] ^= 1
		if got, err := token.Open(spoilt); err == nil {
			t.Errorf("a changed byte %d reads %q", i, got)
		}
	}
	for n := range sealed {
		if got, err := token.Open(sealed[:n]); err == nil && got != nil {
			t.Errorf("cut at %d reads %q", n, got)
		}
	}
}

func TestSecretsAreNotLogged(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	log := slog.New(slog.NewTextHandler(&out, nil))
	log.Info("x", "token", exos.Token("hidden-1"), "credential", exos.Credential("hidden-2"), "subject", exos.Pseudonym("hidden-3"))
	if strings.Contains(out.String(), "hidden") {
		t.Error(out.String())
	}
	if strings.Contains(fmt.Sprint(exos.Token("x").Hash()), "x") {
		t.Error("a hash is hexadecimal")
	}
}
