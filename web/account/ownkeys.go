package account

import (
	"context"
	"encoding/base64"
	"net/http"

	"pupitre/federation/local"
	"pupitre/internal/clock"
	"pupitre/internal/fault"
	"pupitre/internal/httpx"
	"pupitre/internal/lang"
	"pupitre/internal/look"
	"pupitre/web"
)

// keysPage is somebody's passkeys, to add and remove.
type keysPage struct {
	look.Shell
	List       []keyRow
	Drop, Back string
	Key        keyForm
}

func (m mine) keyRows(s *look.Shell) (rows []keyRow) {
	zone := m.School().Zone()
	for _, k := range m.own.Keys {
		used := s.T("local.own.keys.unused")
		if !k.Used.IsZero() {
			used = s.T("local.own.keys.used", "day", lang.Date(s.Locale, clock.On(k.Used, zone)))
		}
		since := s.T("local.own.keys.since", "day", lang.Date(s.Locale, clock.On(k.Created, zone)))
		rows = append(rows, keyRow{base64.RawURLEncoding.EncodeToString(k.ID), k.Name, since + ", " + used})
	}
	return rows
}

func (a *Room) keys(w http.ResponseWriter, r *http.Request, m mine) error {
	return a.keysForm(w, r, m, http.StatusOK, nil)
}

func (a *Room) keysForm(w http.ResponseWriter, r *http.Request, m mine, status int, trouble error) error {
	if !m.own.Confirmed {
		return fault.New(fault.Denied, "local.own.confirm")
	}
	p := &keysPage{Shell: a.ownShell(r), Drop: keysPath + "/retirer", Back: web.OwnPath}
	p.Title, p.Lead, p.List, p.Here = p.T("local.own.keys"), p.T("local.own.keys.lead"), m.keyRows(&p.Shell), keysPath
	p.Crumbs = append(p.Crumbs, look.Link{Text: p.Title, Current: true})
	p.Scripts = []string{"passkey.js"}
	p.Key = makeKey(r, &p.Shell, keysPath, keysPath+"/question")
	p.Key.Primary = true
	if trouble != nil {
		p.Problems = []look.Problem{{Text: p.T(fault.CodeOf(trouble), fault.ParamsOf(trouble)...)}}
	}
	return a.pages.keys.Send(w, r, status, p)
}

// askKey is what the browser is asked to make a passkey with.
func (a *Room) askKey(w http.ResponseWriter, r *http.Request, m mine) error {
	return m.asked(w, r, a.Own.AskNewKey)
}

// asked answers with a question for the browser.
func (m mine) asked(w http.ResponseWriter, r *http.Request, of func(ctx context.Context, me local.Me) ([]byte, error)) error {
	question, err := of(r.Context(), m.me)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	_, err = w.Write(question)
	return err
}

func (a *Room) addKey(w http.ResponseWriter, r *http.Request, m mine) error {
	err := a.Own.AddKey(r.Context(), m.me, r.PostFormValue("nom"), []byte(r.PostFormValue("reponse")))
	if status, shown := troubled(w, r, err); shown {
		return a.keysForm(w, r, m, status, err)
	} else if err != nil {
		return err
	}
	shell := a.House.Site.Shell(r)
	return a.toOwn(w, r, keysPath, shell.T("local.own.keys.added"))
}

func (a *Room) dropKey(w http.ResponseWriter, r *http.Request, m mine) error {
	id, err := base64.RawURLEncoding.DecodeString(r.PostFormValue("cle"))
	if err != nil {
		return fault.Wrap(err, fault.NotFound, "local.passkey.unknown")
	}
	token, err := a.Own.DropKey(r.Context(), m.me, id)
	if status, shown := troubled(w, r, err); shown {
		return a.keysForm(w, r, m, status, err)
	} else if err != nil {
		return err
	}
	renewed(w, r, token)
	httpx.ClearCookie(w, r, proofCookie)
	shell := a.House.Site.Shell(r)
	return a.toOwn(w, r, web.OwnPath, shell.T("local.own.keys.dropped"))
}
