package local_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"pupitre/federation/local"
	"pupitre/internal/db/dbtest"
	"pupitre/internal/fault"
	"pupitre/store/storetest/federationtest"
)

// Every lie that a browser or a device could tell, and the truth told twice, elsewhere or for another.
func TestWhatIsNotTheirPasskeysWordOpensNothing(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		o := open(t, e)
		_, _, _, d := o.holder()
		other := func(change func(d *federationtest.Device)) *federationtest.Device {
			c := *d
			change(&c)
			return &c
		}
		tampered := func(field string, change func([]byte)) func([]byte) []byte {
			return func(question []byte) []byte {
				var m map[string]any
				if err := json.Unmarshal(d.Sign(t, question), &m); err != nil {
					t.Fatal(err)
				}
				response := m["response"].(map[string]any)
				b := []byte(response[field].(string))
				change(b)
				response[field] = string(b)
				text, _ := json.Marshal(m)
				return text
			}
		}
		for name, sign := range map[string]func(question []byte) []byte{
			"another origin": func(q []byte) []byte {
				return other(func(d *federationtest.Device) { d.Origin = "https://evil.example" }).Sign(t, q)
			},
			"a subdomain": func(q []byte) []byte {
				return other(func(d *federationtest.Device) { d.Origin = "https://a.pupitre.example" }).Sign(t, q)
			},
			"another port": func(q []byte) []byte {
				return other(func(d *federationtest.Device) { d.Origin = "https://pupitre.example:8443" }).Sign(t, q)
			},
			"in clear": func(q []byte) []byte {
				return other(func(d *federationtest.Device) { d.Origin = "http://pupitre.example" }).Sign(t, q)
			},
			"the origin in other letters": func(q []byte) []byte {
				return other(func(d *federationtest.Device) { d.Origin = "https://PUPITRE.example" }).Sign(t, q)
			},
			"another relying party": func(q []byte) []byte { return other(func(d *federationtest.Device) { d.RP = "example" }).Sign(t, q) },
			"nobody unlocked it":    func(q []byte) []byte { return other(func(d *federationtest.Device) { d.Unasked = true }).Sign(t, q) },
			"another's handle": func(q []byte) []byte {
				return other(func(d *federationtest.Device) { d.Handle = bytes.Repeat([]byte{7}, 32) }).Sign(t, q)
			},
			"no handle":           func(q []byte) []byte { return other(func(d *federationtest.Device) { d.Handle = []byte{} }).Sign(t, q) },
			"a signature changed": tampered("signature", func(b []byte) { b[20] ^= 1 }),
			"data changed":        tampered("authenticatorData", func(b []byte) { b[45]++ }),
			"an older question":   func([]byte) []byte { return d.Sign(t, o.askKey("another attempt")) },
			"nothing":             func([]byte) []byte { return []byte("") },
			"no JSON":             func([]byte) []byte { return []byte("{") },
			"too much":            func([]byte) []byte { return []byte(`"` + strings.Repeat("x", 40<<10) + `"`) },
		} {
			_, _, err := o.byKey(o.Accounts, state, sign(o.askKey(state)))
			if fault.CodeOf(err) != "local.passkey.wrong" {
				t.Errorf("%s: %v", name, err)
			}
		}
		// A device that made its key at another site knows no key of ours.
		stranger := phone()
		question, err := o.Accounts.AskNewKey(t.Context(), o.confirm(o.come("claire.renard", o.secret), o.secret))
		if err != nil {
			t.Fatal(err)
		}
		stranger.Make(t, question)
		_, _, err = o.byKey(o.Accounts, state, stranger.Sign(t, o.askKey(state)))
		wants(t, "a key that nobody has", err, "local.passkey.wrong")
		if v, _, err := o.byKey(o.Accounts, state, d.Sign(t, o.askKey(state))); err != nil {
			t.Errorf("the truth: %v", err)
		} else {
			o.me(v)
		}
	})
}

// A response is good once, for its own attempt, for five minutes; a wrong one uses the question up.
func TestAPasskeysWordIsGoodOnceForItsOwnAttempt(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		o := open(t, e)
		_, login, _, d := o.holder()
		d.Steady = true // so that it is not the count that tells
		o.exec(`update local_passkey set sign_count = 0`)
		d.Keys[0].Count = 0
		first := d.Sign(t, o.askKey(state))
		if _, _, err := o.byKey(o.Accounts, state, first); err != nil {
			t.Fatal(err)
		}
		_, _, err := o.byKey(o.Accounts, state, first)
		wants(t, "replayed", err, "local.passkey.wrong")
		o.askKey(state)
		_, _, err = o.byKey(o.Accounts, state, first)
		wants(t, "replayed for a new question", err, "local.passkey.wrong")

		stolen := d.Sign(t, o.askKey("the victim's attempt"))
		_, _, err = o.byKey(o.Accounts, state, stolen)
		wants(t, "in another browser's attempt", err, "local.passkey.wrong")
		_, _, err = o.Accounts.SignInByKey(t.Context(), local.KeyTry{Project: "B0", State: "the victim's attempt", Response: stolen})
		wants(t, "at another project", err, "local.passkey.wrong")
		v, _ := o.enter(login, chosen)
		_, err = o.Accounts.ProveByKey(t.Context(), v, stolen)
		wants(t, "as a second factor", err, "local.passkey.wrong")
		factor, err := o.Accounts.AskKeyFor(t.Context(), v)
		if err != nil {
			t.Fatal(err)
		}
		_, _, err = o.byKey(o.Accounts, state, d.Sign(t, factor))
		wants(t, "a second factor's, alone", err, "local.passkey.wrong")
		_, err = o.Accounts.ProveByKey(t.Context(), v, d.Sign(t, o.askKey(string(v.Token))))
		wants(t, "one to sign in, under the passage's own name", err, "local.passkey.wrong")
		w, _ := o.enter(login, chosen)
		_, err = o.Accounts.ProveByKey(t.Context(), w, d.Sign(t, factor))
		wants(t, "another passage's", err, "local.passkey.wrong")

		question := o.askKey(state)
		_, _, err = o.byKey(o.Accounts, state, []byte(strings.Replace(string(d.Sign(t, question)), `"signature":"M`, `"signature":"N`, 1)))
		wants(t, "a wrong one", err, "local.passkey.wrong")
		_, _, err = o.byKey(o.Accounts, state, d.Sign(t, question))
		wants(t, "the right one after it", err, "local.passkey.wrong")

		late := d.Sign(t, o.askKey(state))
		o.Clock.Advance(5*time.Minute + time.Second)
		_, _, err = o.byKey(o.Accounts, state, late)
		wants(t, "too late", err, "local.passkey.wrong")
	})
}

func TestOf32UsesOfAPasskeysWordOneSucceeds(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		o := open(t, e)
		_, login, _, d := o.holder()
		d.Steady = true // so that it is not the count that tells
		o.exec(`update local_passkey set sign_count = 0`)
		d.Keys[0].Count = 0
		nodes := []*local.Service{o.Accounts, o.node()}
		said := d.Sign(t, o.askKey(state))
		if n := federationtest.Together(func(i int) bool { _, _, err := o.byKey(nodes[i%2], state, said); return err == nil }); n != 1 {
			t.Errorf("alone: %d successes", n)
		}
		v, _ := o.enter(login, chosen)
		question, err := o.Accounts.AskKeyFor(t.Context(), v)
		if err != nil {
			t.Fatal(err)
		}
		said = d.Sign(t, question)
		if n := federationtest.Together(func(i int) bool { _, err := nodes[i%2].ProveByKey(t.Context(), v, said); return err == nil }); n != 1 {
			t.Errorf("as a second factor: %d successes", n)
		}
		// Many questions at once, one copy of the key: its count lets one through.
		d.Steady = false
		var all [32][]byte
		for i := range all {
			d.Keys[0].Count = 40
			all[i] = d.Sign(t, o.askKey(string(rune('a'+i))))
		}
		if n := federationtest.Together(func(i int) bool { _, _, err := o.byKey(nodes[i%2], string(rune('a'+i)), all[i]); return err == nil }); n != 1 {
			t.Errorf("copies: %d successes", n)
		}
	})
}
