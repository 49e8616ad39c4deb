package device

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"slices"
	"time"

	"pupitre/exos"
	"pupitre/exos/offline"
	"pupitre/internal/fault"
)

// loan is what a device is told that it may do.
type loan struct {
	entitlements, statuses []string
	receipts               []byte // the secret of its typed receipts
}

// lending is to whom, what they ask for, and the words for them.
type lending struct {
	holder Holder
	asked  []exos.ModuleID
	say    exos.Say
}

// lend renews what a device has, adds what it asks for, and says what has become of the rest.
func (s *Service) lend(ctx context.Context, w Writer, to lending) (out loan, err error) {
	h, asked := to.holder, to.asked
	signer, err := s.signer(ctx, w)
	if err != nil {
		return out, err
	}
	if out.receipts, err = receiptSecret(signer, h.Device.ID); err != nil {
		return out, err
	}
	opener, err := s.opener(ctx, w)
	if err != nil {
		return out, err
	}
	seal, err := opener.Seal()
	if err != nil {
		return out, err
	}
	lent, err := w.Lent(ctx, h.Device.ID)
	if err != nil {
		return out, err
	}
	for _, m := range asked {
		if !slices.ContainsFunc(lent, func(l Lent) bool { return l.Module == m }) {
			lent = append(lent, Lent{Device: h.Device.ID, Module: m})
		}
	}
	for _, l := range lent {
		again := slices.Contains(asked, l.Module) // one that was ended is lent anew where it is asked for
		now, e, err := s.renew(ctx, w, h, l, again)
		if err != nil {
			return out, err
		}
		if e != nil {
			e.Seal = &seal
			token, err := signer.Sign(*e)
			if err != nil {
				return out, err
			}
			out.entitlements = append(out.entitlements, token)
		}
		if now.ID == "" {
			continue // asked for, and never lent
		}
		token, err := signer.SignStatus(to.status(now, w.Now()))
		if err != nil {
			return out, err
		}
		out.statuses = append(out.statuses, token)
	}
	return out, nil
}

// status is our word on what is lent. While the rights may have changed since they were read, it is suspended, and only said to be: only
// the learner's own sign-in lets us read them, which ends it. Kept as it was, it covers what is done until then on a page that was open.
func (l lending) status(now Lent, at time.Time) offline.Status {
	out := offline.Status{ID: now.ID, Device: string(now.Device), State: now.State, Updated: offline.At(now.ChangedAt)}
	if now.State == offline.Active && l.holder.stale() {
		out.State, out.Updated, out.Reason = offline.Suspended, offline.At(at), l.say("exos.device.stale")
	}
	return out
}

// renew decides on one module, and keeps what it decided: the entitlement where it is lent now, nil where it is not.
func (s *Service) renew(ctx context.Context, w Writer, h Holder, l Lent, again bool) (Lent, *offline.Entitlement, error) {
	if h.Device.Ended() || h.RightsAt.IsZero() || h.stale() || final(l.State) && !again {
		return l, nil, nil // nothing is renewed on what may have changed
	}
	module, err := w.ModuleByID(ctx, l.Module)
	if fault.Is(err, fault.NotFound) {
		return l, nil, nil
	}
	if err != nil {
		return l, nil, err
	}
	i := slices.IndexFunc(h.Rights, func(r exos.Right) bool { return r.ARK == module.ARK })
	state := offline.Revoked
	if i >= 0 {
		state = stateOf(h.Rights[i].Check(w.Now()))
	}
	if state != offline.Active {
		if l.ID == "" || l.State == state {
			return l, nil, nil
		}
		l.State, l.ChangedAt = state, w.Now()
		return l, nil, w.PutLent(ctx, l)
	}
	right := h.Rights[i]
	if l.ID == "" || final(l.State) {
		l.ID, l.From = s.IDs.New(), right.Opens
	}
	if l.State != offline.Active {
		l.State, l.ChangedAt = offline.Active, w.Now()
	}
	l.Until = offline.LeaseUntil(w.Now(), s.lease(), right.Closes)
	if err := w.PutLent(ctx, l); err != nil {
		return l, nil, err
	}
	version, contents, err := s.Exos.ContentsAway(ctx, w, h.Learner, module.ID)
	if err != nil {
		return l, nil, err
	}
	files := make([]offline.Hash, len(contents))
	for i, c := range contents {
		files[i] = offline.Hash(c)
	}
	return l, &offline.Entitlement{
		ID: l.ID, Subject: subject(h.Learner, module.ID), Holder: offline.Holder{Thumbprint: h.Device.Key.Thumbprint()},
		Module: string(module.ID), Version: string(version), Files: files, Start: offline.At(l.From), End: offline.At(right.Closes),
		Lease: offline.At(l.Until), Updated: offline.At(w.Now()),
	}, nil
}

func final(s offline.State) bool { return s == offline.Revoked || s == offline.Returned }

// stateOf is what a right that does not open makes of an entitlement.
func stateOf(closed error) offline.State {
	switch {
	case closed == nil:
		return offline.Active
	case fault.CodeOf(closed) == "exos.right.expired":
		return offline.Expired
	case fault.CodeOf(closed) == "exos.right.future":
		return offline.Suspended
	}
	return offline.Revoked
}

// subject is what a learner is called in a module's entitlements: in every module otherwise, and never as anybody else calls them.
func subject(l exos.Learner, m exos.ModuleID) string {
	mac := hmac.New(sha256.New, []byte("biblio exos offline "+string(l.ID)))
	mac.Write([]byte(m))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}
