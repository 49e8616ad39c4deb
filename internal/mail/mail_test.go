package mail_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"io"
	"math/big"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net"
	netmail "net/mail"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"bufio"

	"pupitre/internal/eximtest"
	"pupitre/internal/fault"
	"pupitre/internal/mail"
)

func letter(to string) mail.Message {
	return mail.Message{ID: "0199-a@pupitre.example", To: to, Subject: "Commande 0991234D-2026-0001 livrée — « Cahier d’été »", Language: "fr", Date: time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC),
		Text: "Élève\n.\n" + strings.Repeat("une ligne très longue ", 60), HTML: "<p>Élève</p>", Unsubscribe: "https://pupitre.example/notifications/arreter/x/order-answered"}
}

func server(t *testing.T, host, port string) *mail.Server {
	t.Helper()
	s, err := mail.ReadServer("smtp://127.0.0.1:"+port, "", "", "Pupitre <pupitre@exemple.fr>", "localhost")
	if err != nil {
		t.Fatal(err)
	}
	s.Host = host
	s.Wait = 2 * time.Second
	return s
}

func send(t *testing.T, s *mail.Server, messages ...mail.Message) (err error) {
	t.Helper()
	line, err := s.Open(t.Context())
	if err != nil {
		return err
	}
	defer line.Close()
	for _, m := range messages {
		err = errors.Join(err, line.Send(t.Context(), m))
	}
	return err
}

// certificate writes one for localhost, and returns who believes it.
func certificate(t *testing.T) (cert, key string, pool *x509.CertPool) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), DNSNames: []string{"localhost"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true}
	der, err := x509.CreateCertificate(rand.Reader, template, template, private.Public(), private)
	if err != nil {
		t.Fatal(err)
	}
	pkcs8, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	dir, err := os.MkdirTemp("", "exim-tls")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	cert, key = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	for path, block := range map[string]*pem.Block{cert: {Type: "CERTIFICATE", Bytes: der}, key: {Type: "PRIVATE KEY", Bytes: pkcs8}} {
		if err := os.WriteFile(path, pem.EncodeToMemory(block), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	pool = x509.NewCertPool()
	parsed, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	pool.AddCert(parsed)
	return cert, key, pool
}

// parts reads a letter as its reader's program does.
func parts(t *testing.T, raw string) (netmail.Header, map[string]string) {
	t.Helper()
	m, err := netmail.ReadMessage(strings.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	kind, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/alternative" {
		t.Fatal(kind, err)
	}
	out := map[string]string{}
	for r := multipart.NewReader(m.Body, params["boundary"]); ; {
		p, err := r.NextRawPart()
		if errors.Is(err, io.EOF) {
			return m.Header, out
		} else if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(quotedprintable.NewReader(p))
		if err != nil {
			t.Fatal(err)
		}
		kind, _, _ := mime.ParseMediaType(p.Header.Get("Content-Type"))
		out[kind] = strings.ReplaceAll(string(text), "\r\n", "\n")
	}
}

func TestARealServerTakesALetterWhole(t *testing.T) {
	t.Parallel()
	s := eximtest.Start(t, eximtest.Options{Refused: "personne@exemple.fr"})
	gone := letter("personne@exemple.fr")
	err := send(t, server(t, "127.0.0.1", s.Port), gone, letter("claire@exemple.fr"))
	if refused, ok := errors.AsType[mail.Refused](err); !ok || refused.Code != 550 || !refused.ForGood() {
		t.Errorf("an address that is nobody's: %v", err)
	}
	got := s.Letters(t, 1)
	if len(got) != 1 {
		t.Fatalf("%d letters", len(got))
	}
	want := letter("claire@exemple.fr")
	header, body := parts(t, got[0])
	subject, err := new(mime.WordDecoder).DecodeHeader(header.Get("Subject"))
	if err != nil || subject != want.Subject {
		t.Errorf("subject %q, %v", subject, err)
	}
	for name, value := range map[string]string{"To": "<claire@exemple.fr>", "From": `"Pupitre" <pupitre@exemple.fr>`, "Message-Id": "<" + want.ID + ">", "List-Unsubscribe": "<" + want.Unsubscribe + ">",
		"List-Unsubscribe-Post": "List-Unsubscribe=One-Click", "Auto-Submitted": "auto-generated", "Content-Language": "fr"} {
		if got := header.Get(name); got != value {
			t.Errorf("%s: %q, want %q", name, got, value)
		}
	}
	if body["text/plain"] != want.Text || body["text/html"] != want.HTML {
		t.Errorf("%q", body)
	}
	for line := range strings.Lines(got[0]) {
		if len(line) > 998 {
			t.Errorf("a line of %d bytes", len(line))
		}
	}
}

func TestLettersAreEncryptedBeyondThisMachine(t *testing.T) {
	t.Parallel()
	cert, key, pool := certificate(t)
	s := eximtest.Start(t, eximtest.Options{CertFile: cert, KeyFile: key, User: "pupitre", Password: "secret"})
	to := server(t, "localhost", s.Port)
	to.Clear, to.Roots, to.User, to.Password = false, pool, "pupitre", "secret"
	if err := send(t, to, letter("claire@exemple.fr")); err != nil {
		t.Fatal(err)
	}
	if got := s.Letters(t, 1); len(got) != 1 || !strings.Contains(got[0], "esmtpsa") {
		t.Errorf("it did not come encrypted and signed in: %q", got)
	}
	wrong := *to
	wrong.Password = "guess"
	if err := send(t, &wrong, letter("claire@exemple.fr")); err == nil || !strings.Contains(err.Error(), "535") {
		t.Errorf("a wrong password: %v", err)
	}
	stranger := *to
	stranger.Roots = x509.NewCertPool()
	if err := send(t, &stranger, letter("claire@exemple.fr")); err == nil {
		t.Error("a certificate that nobody believes is taken")
	}
	plain := eximtest.Start(t, eximtest.Options{})
	bare := server(t, "localhost", plain.Port)
	bare.Clear = false
	if err := send(t, bare, letter("claire@exemple.fr")); err == nil || !strings.Contains(err.Error(), "STARTTLS") {
		t.Errorf("a server without STARTTLS: %v", err)
	}
	if got := plain.Letters(t, 0); len(got) != 0 {
		t.Errorf("%q", got)
	}
}

// script is a server that says what it is told to, whatever it is asked: for the faults that a good server does not show.
func script(t *testing.T, answers map[string]string) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	serve := func(c net.Conn) {
		defer c.Close()
		r := bufio.NewReader(c)
		say := func(verb, usual string) bool {
			text, told := answers[verb]
			if !told {
				text = usual
			}
			if text == "silent" {
				io.Copy(io.Discard, c)
				return false
			}
			if text == "cut" {
				return false
			}
			_, err := io.WriteString(c, text+"\r\n")
			return err == nil
		}
		if !say("hello", "220 hello") {
			return
		}
		for {
			line, err := r.ReadString('\n')
			if err != nil {
				return
			}
			verb, _, _ := strings.Cut(strings.ToUpper(strings.TrimSpace(line)), " ")
			if verb == "DATA" {
				if !say("DATA", "354 go on") {
					return
				}
				if text := answers["DATA"]; text != "" && !strings.HasPrefix(text, "354") {
					continue
				}
				if answers["."] == "cut" {
					r.ReadString('\n')
					return
				}
				for line != ".\r\n" {
					if line, err = r.ReadString('\n'); err != nil {
						return
					}
				}
				verb = "."
			}
			if !say(verb, "250 ok") {
				return
			}
		}
	}
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go serve(c)
		}
	}()
	_, port, _ := net.SplitHostPort(l.Addr().String())
	return port
}

func TestWhatIsAboutTheLetterAndWhatAboutTheLine(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		answers map[string]string
		code    int // of a refusal of the letter; 0: the line is of no use
		opens   bool
	}{
		"not now, to the address":     {map[string]string{"RCPT": "451 greylisted"}, 451, true},
		"never, to the address":       {map[string]string{"RCPT": "550 no such user"}, 550, true},
		"not now, to the letter":      {map[string]string{".": "452 disk full"}, 452, true},
		"never, to the letter":        {map[string]string{".": "554 looks like spam"}, 554, true},
		"never, before the letter":    {map[string]string{"DATA": "554 no"}, 554, true},
		"it takes nothing from us":    {map[string]string{"MAIL": "550 who are you"}, 0, true},
		"it shuts down":               {map[string]string{"RCPT": "421 closing"}, 0, true},
		"it is cut in the letter":     {map[string]string{".": "cut"}, 0, true},
		"it is cut before the letter": {map[string]string{"RCPT": "cut"}, 0, true},
		"it falls silent":             {map[string]string{"RCPT": "silent"}, 0, true},
		"it falls silent at the end":  {map[string]string{".": "silent"}, 0, true},
		"it says nothing":             {map[string]string{"hello": "silent"}, 0, false},
		"it says no":                  {map[string]string{"hello": "554 no service"}, 0, false},
		"it is cut":                   {map[string]string{"hello": "cut"}, 0, false},
		"it speaks another language":  {map[string]string{"hello": "SSH-2.0-OpenSSH"}, 0, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := server(t, "127.0.0.1", script(t, c.answers))
			s.Wait = 300 * time.Millisecond
			line, err := s.Open(t.Context())
			if (err == nil) != c.opens {
				t.Fatalf("it opens: %v", err)
			}
			if err != nil {
				return
			}
			defer line.Close()
			err = line.Send(t.Context(), letter("claire@exemple.fr"))
			refused, is := errors.AsType[mail.Refused](err)
			if err == nil || is != (c.code != 0) || refused.Code != c.code {
				t.Fatalf("%v", err)
			}
			if again := line.Send(t.Context(), letter("claire@exemple.fr")); c.code == 0 && again == nil {
				t.Error("a line that is of no use takes a letter")
			}
		})
	}
}

func TestADeadServerIsGivenUpInTime(t *testing.T) {
	t.Parallel()
	s := server(t, "127.0.0.1", script(t, map[string]string{"hello": "silent"}))
	s.Wait = time.Minute
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	if _, err := s.Open(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("%v", err)
	}
}

func TestNothingAddsAHeader(t *testing.T) {
	t.Parallel()
	s := eximtest.Start(t, eximtest.Options{})
	for name, spoil := range map[string]func(m *mail.Message){
		"address": func(m *mail.Message) { m.To = "a@exemple.fr\r\nBcc: b@exemple.fr" },
		"id":      func(m *mail.Message) { m.ID = "x>\r\nBcc: b@exemple.fr" },
		"click":   func(m *mail.Message) { m.Unsubscribe = "https://x/\r\nBcc: b@exemple.fr" },
	} {
		m := letter("claire@exemple.fr")
		spoil(&m)
		if refused, ok := errors.AsType[mail.Refused](send(t, server(t, "127.0.0.1", s.Port), m)); !ok || !refused.ForGood() {
			t.Errorf("%s: it is sent", name)
		}
	}
	m := letter("claire@exemple.fr")
	m.Subject, m.Text = "Cahier\r\nBcc: b@exemple.fr\r\n\r\nX-Evil: 1 "+strings.Repeat("é", 400), "Bcc: b@exemple.fr\n.\nQUIT\n"
	if err := send(t, server(t, "127.0.0.1", s.Port), m); err != nil {
		t.Fatal(err)
	}
	got := s.Letters(t, 1)
	if len(got) != 1 {
		t.Fatalf("%d letters", len(got))
	}
	header, body := parts(t, got[0])
	if header.Get("Bcc") != "" || header.Get("X-Evil") != "" || body["text/plain"] != m.Text {
		t.Errorf("%v %q", header, body["text/plain"])
	}
}

func TestAServerIsReadStrictly(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]mail.Server{
		"smtp://relais.exemple.fr":      {Host: "relais.exemple.fr", Port: "587"},
		"smtp://relais.exemple.fr:2525": {Host: "relais.exemple.fr", Port: "2525"},
		"smtps://relais.exemple.fr":     {Host: "relais.exemple.fr", Port: "465", Wrapped: true},
		"smtp://localhost":              {Host: "localhost", Port: "25", Clear: true},
		"smtp://[::1]:1025":             {Host: "::1", Port: "1025", Clear: true},
		"smtp://127.0.0.1.exemple.fr":   {Host: "127.0.0.1.exemple.fr", Port: "587"},
	} {
		got, err := mail.ReadServer(address, "", "", "pupitre@exemple.fr", "x")
		if err != nil || got.Host != want.Host || got.Port != want.Port || got.Wrapped != want.Wrapped || got.Clear != want.Clear {
			t.Errorf("%s: %+v, %v", address, got, err)
		}
	}
	for _, c := range []struct{ address, user, password, from, code string }{
		{"relais.exemple.fr:25", "", "", "a@exemple.fr", "mail.server.form"}, {"http://relais.exemple.fr", "", "", "a@exemple.fr", "mail.server.form"},
		{"smtp://u:p@relais.exemple.fr", "", "", "a@exemple.fr", "mail.server.form"}, {"smtp://", "", "", "a@exemple.fr", "mail.server.form"},
		{"smtp://relais.exemple.fr", "u", "", "a@exemple.fr", "mail.server.half"}, {"smtp://relais.exemple.fr", "", "p", "a@exemple.fr", "mail.server.half"},
		{"smtp://relais.exemple.fr", "", "", "", "mail.from.form"}, {"smtp://relais.exemple.fr", "", "", "nobody", "mail.from.form"},
	} {
		if _, err := mail.ReadServer(c.address, c.user, c.password, c.from, "x"); fault.CodeOf(err) != c.code {
			t.Errorf("%+v: %v", c, err)
		}
	}
}
