package account

import (
	"net/http"

	"pupitre/federation"
	"pupitre/federation/local"
	"pupitre/internal/fault"
	"pupitre/internal/httpx"
	"pupitre/internal/look"
	"pupitre/web"
)

func (a *Room) askConfirm(w http.ResponseWriter, r *http.Request, m mine) error {
	return a.confirmForm(w, r, m, http.StatusOK, nil)
}

func (a *Room) confirmForm(w http.ResponseWriter, r *http.Request, m mine, status int, trouble error) error {
	p := a.ownForm(r, confirmPath, "local.own.confirm.")
	p.Lead, p.Go = p.T("local.own.confirm.lead"), p.T("local.own.confirm.go")
	for what := range gated {
		if r.FormValue("pour") == what {
			p.Hidden = []look.Hidden{{Name: "pour", Value: what}}
			p.Here = confirmPath + "?pour=" + what
		}
	}
	p.Fields = []look.Field{{ID: "passe", Label: p.T("local.own.change.old"), Type: "password", Required: true, Autocomplete: "current-password"}}
	if m.own.Guarded() {
		code := look.Field{ID: "code", Label: p.T("local.factor.code"), Hint: p.T("local.factor.code.hint"), Required: true, Autocomplete: "one-time-code"}
		if m.own.Factor == nil {
			code.Label, code.Hint = p.T("local.recovery.code"), p.T("local.recovery.code.hint")
		}
		p.Fields, p.Note = append(p.Fields, code), p.T("local.factor.lost")
	}
	if m.own.Keyed && a.Own.TakesKeys() {
		p.offerKey(confirmPath+"/question", "", p.T("local.key.factor"))
		p.Key.Primary = m.own.Factor == nil
	}
	field := "passe"
	if fault.CodeOf(trouble) == "local.factor.wrong" {
		field = "code"
	}
	p.trouble(field, trouble)
	return a.pages.local.Send(w, r, status, p)
}

// confirm takes password and code, and goes on to what they were asked for.
func (a *Room) confirm(w http.ResponseWriter, r *http.Request, m mine) error {
	session, proof, err := a.confirmed(r, m)
	if status, shown := troubled(w, r, err); shown {
		return a.confirmForm(w, r, m, status, err)
	} else if err != nil {
		return err
	}
	renewed(w, r, session)
	httpx.SetCookie(w, r, proofCookie, string(proof), proofLife)
	to, ok := gated[r.PostFormValue("pour")]
	if !ok {
		to = web.OwnPath
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
	return nil
}

// confirmed takes what they showed: a passkey, or a password and a code.
func (a *Room) confirmed(r *http.Request, m mine) (session, proof federation.Token, err error) {
	if said := r.PostFormValue("reponse"); said != "" {
		return a.Own.ConfirmByKey(r.Context(), m.me, []byte(said))
	}
	return a.Own.Confirm(r.Context(), m.me, local.Phrase(r.PostFormValue("passe")), r.PostFormValue("code"))
}

// askToConfirm is what the browser is asked, to confirm by a passkey.
func (a *Room) askToConfirm(w http.ResponseWriter, r *http.Request, m mine) error {
	return m.asked(w, r, a.Own.AskToConfirm)
}

func (a *Room) askPhone(w http.ResponseWriter, r *http.Request, m mine) error {
	return a.phoneForm(w, r, m, http.StatusOK, nil)
}

// phoneForm shows what the new telephone is to take.
func (a *Room) phoneForm(w http.ResponseWriter, r *http.Request, m mine, status int, trouble error) error {
	offer, err := a.Own.NewOffer(r.Context(), m.me)
	if err != nil {
		return err
	}
	p := a.ownForm(r, phonePath, "local.own.phone.")
	p.Lead, p.Go = p.T("local.own.phone.lead"), p.T("local.own.phone.go")
	if m.own.Factor == nil {
		p.Lead = p.T("local.own.phone.lead.first")
	}
	p.Fields = []look.Field{{ID: "code", Label: p.T("local.enrol.code"), Hint: p.T("local.enrol.code.hint"), Required: true, Autocomplete: "one-time-code", InputMode: "numeric"}}
	if err := p.take(offer); err != nil {
		return err
	}
	p.trouble("code", trouble)
	return a.pages.local.Send(w, r, status, p)
}

func (a *Room) phone(w http.ResponseWriter, r *http.Request, m mine) error {
	codes, token, err := a.Own.Replace(r.Context(), m.me, r.PostFormValue("code"))
	if status, shown := troubled(w, r, err); shown {
		return a.phoneForm(w, r, m, status, err)
	} else if err != nil {
		return err
	}
	renewed(w, r, token)
	httpx.ClearCookie(w, r, proofCookie)
	return a.LocalCodes(w, r, codes, web.OwnPath)
}

// askCodes asks before the old recovery codes are worth nothing.
func (a *Room) askCodes(w http.ResponseWriter, r *http.Request, m mine) error {
	if !m.own.Confirmed {
		return fault.New(fault.Denied, "local.own.confirm")
	}
	p := a.ownForm(r, codesPath, "local.own.codes.")
	p.Lead, p.Go = p.T("local.own.codes.lead"), p.T("local.own.codes.go", "n", local.RecoveryCodes)
	return a.pages.local.Send(w, r, http.StatusOK, p)
}

func (a *Room) renewCodes(w http.ResponseWriter, r *http.Request, m mine) error {
	codes, err := a.Own.RenewCodes(r.Context(), m.me)
	if err != nil {
		return err
	}
	return a.LocalCodes(w, r, codes, web.OwnPath)
}
