package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"pupitre/internal/app/brokerapp"
	"pupitre/web/widget"
)

func TestAPortalIsOneLine(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(file, []byte("a secret\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	cas := func(address string) brokerapp.Portal {
		return brokerapp.Portal{Project: "A70", Name: "Mon collège", Kind: brokerapp.PortalCAS, Address: address}
	}
	oidc := func(address, scope string) brokerapp.Portal {
		return brokerapp.Portal{Project: "A70", Name: "Mon collège", Kind: brokerapp.PortalOIDC, Address: address, Client: "pupitre", Secret: "a secret", Scope: scope}
	}
	for text, want := range map[string]brokerapp.Portal{
		"A70=Mon collège=https://portail.example/cas":                                             cas("https://portail.example/cas"),
		"A70=Mon collège=https://portail.example/cas/":                                            cas("https://portail.example/cas"),
		"A70=Mon collège=cas:http://portail.example:8080":                                         cas("http://portail.example:8080"),
		"A70=Mon collège=oidc:https://portail.example/ client=pupitre secret=" + file:             oidc("https://portail.example/", ""),
		"A70=Mon collège=oidc:https://p.example/a secret=" + file + " scope=gar,a client=pupitre": oidc("https://p.example/a", "gar a"),
		"A70=Mon collège=oidc:http://127.0.0.1:9000 client=pupitre secret=" + file:                oidc("http://127.0.0.1:9000", ""),
		"A70=Mon collège=oidc:http://portail.localhost:9000 client=pupitre secret=" + file:        oidc("http://portail.localhost:9000", ""),
	} {
		got, err := readPortal(text)
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("%q: %v\n%s", text, err, diff)
		}
	}
	key := filepath.Join(t.TempDir(), "key")
	if err := os.WriteFile(key, []byte("la-cle-en-cours-0123456789ABCDEF0123\nla-suivante-0123456789ABCDEF01234567\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	framed := cas("https://portail.example/cas")
	framed.Widget = widget.Portal{Keys: [][]byte{[]byte("la-cle-en-cours-0123456789ABCDEF0123"), []byte("la-suivante-0123456789ABCDEF01234567")}, Origins: []string{"https://portail.example", "https://b.example:8443"}}
	got, err := readPortal("A70=Mon collège=https://portail.example/cas widget=" + key + " frame=https://portail.example,https://b.example:8443")
	if diff := cmp.Diff(framed, got); err != nil || diff != "" {
		t.Errorf("with a frame: %v\n%s", err, diff)
	}
	for _, words := range []string{"widget=" + key, "frame=https://portail.example", "widget=" + file + " frame=https://portail.example", "widget=" + key + " frame=*", "widget=" + key + " frame=https://portail.example,"} {
		if got, err := readPortal("A70=Mon collège=https://portail.example/cas " + words); err == nil {
			t.Errorf("%q is %+v", words, got.Widget)
		}
	}
	for _, text := range []string{"", "A70", "A70=Name", "=Name=https://a.example", "A70==https://a.example", "A70=Name=", "A70=Name=portail.example", "A70=Name=oidc:portail.example client=a secret=" + file,
		"A70=Name=oidc:https://p.example?a=b client=a secret=" + file, "A70=Name=oidc:http://localhost.example client=a secret=" + file, "A70=Name=OIDC:https://p.example client=a secret=" + file} {
		if got, err := readPortal(text); err == nil {
			t.Errorf("%q is %+v", text, got)
		}
	}
}
